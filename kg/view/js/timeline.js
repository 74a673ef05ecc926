/* The slider over publication dates, with a histogram of the facts. */

import { $, draw, make } from "./dom.js";

const DAY = 86400000;
const time = (text) => Date.parse(`${text}T00:00:00Z`);
const day = (number) => new Date(number).toISOString().slice(0, 10);

/** Bins from the first date to the last: [{from, until}], by day, month or year, at most some sixty. */
function bins(first, last) {
  const days = (time(last) - time(first)) / DAY + 1;
  const [year, month] = first.split("-").map(Number);
  const start =
    days <= 62
      ? (i) => time(first) + i * DAY
      : days <= 1900
        ? (i) => Date.UTC(year, month - 1 + i, 1)
        : (i) => Date.UTC(year + i, 0, 1);
  const list = [];
  for (let i = 0; start(i) <= time(last); i++) list.push({ from: day(start(i)), until: day(start(i + 1) - DAY) });
  return list;
}

/** change(from, until): "" where the end is open. */
export function createTimeline(data, words, change) {
  const { ui } = words;
  const dates = data.articles.map((article) => article.date || "");
  const known = dates.filter(Boolean).sort();
  const list = known.length ? bins(known[0], known[known.length - 1]) : [];
  const binOf = dates.map((date) => (date ? list.findIndex(({ until }) => date <= until) : -1));
  const counts = new Array(list.length).fill(0);
  for (let i = 0; i < data.facts; i++) {
    const bin = binOf[data.sentence.article[data.fact.t[i]]];
    if (bin >= 0) counts[bin]++;
  }
  const most = Math.max(1, ...counts);
  const low = $("from"),
    high = $("until"),
    chart = $("histogram");
  for (const input of [low, high]) Object.assign(input, { min: 0, max: Math.max(0, list.length - 1) });
  const bars = counts.map((count, i) =>
    draw("rect", {
      x: i + 0.1,
      width: 0.8,
      y: 20 - 20 * Math.sqrt(count / most),
      height: 20 * Math.sqrt(count / most),
    }),
  );
  chart.setAttribute("viewBox", `0 0 ${Math.max(1, list.length)} 20`);
  chart.replaceChildren(...bars);
  $("ranges").style.margin = `0 calc(${50 / Math.max(1, list.length)}% - ${8 / Math.max(1, list.length)}px)`; // a thumb stands under its bar
  const name = ({ from, until }) =>
    from === until
      ? from
      : from.slice(0, 4) === until.slice(0, 4) && from.endsWith("01-01") && until.endsWith("12-31")
        ? from.slice(0, 4)
        : from.slice(0, 7);

  function told() {
    change(
      Number(low.value) ? list[low.value].from : "",
      Number(high.value) < list.length - 1 ? list[high.value].until : "",
    );
  }
  low.addEventListener("input", () => {
    if (Number(low.value) > Number(high.value)) high.value = low.value;
    told();
  });
  high.addEventListener("input", () => {
    if (Number(high.value) < Number(low.value)) low.value = high.value;
    told();
  });
  chart.addEventListener("click", (event) => {
    const { left, width } = chart.getBoundingClientRect();
    const bin = Math.min(list.length - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * list.length)));
    [low.value, high.value] = [bin, bin];
    told();
  });

  return {
    used: list.length > 1,
    show({ from, until, undated }) {
      $("undated-label").hidden = known.length === dates.length;
      $("undated").checked = undated;
      $("all-dates").hidden = !from && !until && undated;
      if (!list.length) return;
      const a = from
        ? Math.max(
            0,
            list.findIndex((bin) => bin.until >= from),
          )
        : 0;
      const b = until ? list.reduce((found, bin, i) => (bin.from <= until ? i : found), 0) : list.length - 1;
      [low.value, high.value] = [a, b];
      for (const [input, place] of [
        [low, a],
        [high, b],
      ])
        input.setAttribute("aria-valuetext", name(list[place]));
      bars.forEach((bar, i) => bar.setAttribute("class", i >= a && i <= b ? "in" : "out"));
      $("dates").replaceChildren(make("span", {}, a === b ? name(list[a]) : `${name(list[a])} – ${name(list[b])}`));
      low.setAttribute("aria-label", ui("first_date"));
      high.setAttribute("aria-label", ui("last_date"));
    },
  };
}
