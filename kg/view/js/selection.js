/* Which nodes, links and facts the reader's filters and scope leave, and how many are left out and why. */

export function createSelection(data) {
  const { node, fact, pairs } = data;
  let key = "",
    filtered = null;

  /** What passes the filters. keep: nodes drawn whatever their type. */
  function filter(state, keep) {
    const parts = [
      state.offTypes,
      state.offPredicates,
      state.offStatuses,
      state.confidence,
      state.from,
      state.until,
      state.undated,
      keep,
    ];
    const wanted = JSON.stringify(parts);
    if (wanted === key) return filtered;
    key = wanted;
    const typeOn = data.types.map((type) => !state.offTypes.includes(type));
    const predicateOn = data.predicates.map((name) => !state.offPredicates.includes(name));
    const statusOn = data.statuses.map((name) => !state.offStatuses.includes(name));
    const dated = data.articles.map(({ date }) =>
      date ? (!state.from || date >= state.from) && (!state.until || date <= state.until) : state.undated,
    );
    const on = Uint8Array.from(node.type, (type) => (typeOn[type] ? 1 : 0));
    for (const number of keep) on[number] = 1;
    const factOn = new Uint8Array(data.facts),
      pairOn = new Uint8Array(pairs.from.length),
      told = new Uint8Array(data.count);
    for (let i = 0; i < data.facts; i++) {
      if (
        !predicateOn[fact.p[i]] ||
        !statusOn[fact.status[i]] ||
        fact.conf[i] < state.confidence ||
        !dated[data.sentence.article[fact.t[i]]]
      )
        continue;
      factOn[i] = 1;
      told[fact.s[i]] = 1;
      if (fact.o[i] >= 0) told[fact.o[i]] = 1;
      const pair = pairs.pairOf[i];
      if (pair >= 0 && on[fact.s[i]] && on[fact.o[i]]) pairOn[pair] = 1;
    }
    const degree = new Int32Array(data.count);
    for (let pair = 0; pair < pairOn.length; pair++) {
      if (pairOn[pair]) {
        degree[pairs.from[pair]]++;
        degree[pairs.to[pair]]++;
      }
    }
    filtered = { on, factOn, pairOn, degree, told };
    return filtered;
  }

  /** The nodes beside this one, by links that pass. */
  function* around(number, { pairOn }) {
    for (const pair of data.pairsOf.of(number)) if (pairOn[pair]) yield data.other(pair, number);
  }

  const byDegree = (degree) => (a, b) => degree[b] - degree[a] || a - b;

  /** Steps from a node, up to `depth`. */
  function steps(from, depth, passing) {
    const far = new Map([[from, 0]]);
    for (const [number, step] of far)
      if (step < depth) for (const other of around(number, passing)) if (!far.has(other)) far.set(other, step + 1);
    return far;
  }

  /** Every node on a shortest path between two, in order of steps; one path as a list; empty if there is none. */
  function path(from, to, passing) {
    const before = new Int32Array(data.count).fill(-1),
      after = new Int32Array(data.count).fill(-1);
    const walk = (start, far) => {
      far[start] = 0;
      for (let queue = [start], place = 0; place < queue.length; place++) {
        for (const other of around(queue[place], passing)) {
          if (far[other] < 0) {
            far[other] = far[queue[place]] + 1;
            queue.push(other);
          }
        }
      }
    };
    walk(from, before);
    if (before[to] < 0) return { nodes: [], one: [], step: before };
    walk(to, after);
    const nodes = [];
    for (let number = 0; number < data.count; number++)
      if (before[number] >= 0 && before[number] + after[number] === before[to]) nodes.push(number);
    nodes.sort((a, b) => before[a] - before[b] || byDegree(passing.degree)(a, b));
    const one = [from];
    while (one[one.length - 1] !== to)
      one.push(
        [...around(one[one.length - 1], passing)]
          .filter((other) => after[other] === after[one[one.length - 1]] - 1)
          .sort(byDegree(passing.degree))[0],
      );
    return { nodes, one, step: before };
  }

  function scoped(state, passing, left) {
    const typed = [];
    for (let number = 0; number < data.count; number++) {
      if (!passing.told[number]) continue;
      if (passing.on[number]) typed.push(number);
      else left.left_types++;
    }
    if (state.scope === "all") return { chosen: typed };
    if (state.scope === "top") {
      const linked = typed.filter((number) => passing.degree[number]).sort(byDegree(passing.degree));
      left.left_isolated = typed.length - linked.length;
      const first = new Set(linked.slice(0, state.limit));
      const chosen = [...first].filter((number) => [...around(number, passing)].some((other) => first.has(other)));
      left.left_limit = linked.length - chosen.length;
      return { chosen };
    }
    left.left_types = 0;
    if (state.scope === "path") {
      const found = path(state.of, state.to, passing);
      const chosen = [...new Set([...found.one, ...found.nodes])];
      left.left_limit = Math.max(0, chosen.length - state.limit);
      return {
        chosen: found.one.length ? chosen.slice(0, Math.max(state.limit, found.one.length)) : [state.of, state.to],
        path: found.one,
        step: found.step,
      };
    }
    const depth = state.scope === "ego" ? steps(state.of, state.depth, passing) : null;
    const near = depth
      ? [...depth.keys()]
      : [...data.members.of(node.community[state.of])].filter((number) => passing.told[number] && passing.on[number]);
    near.sort((a, b) => (depth ? depth.get(a) - depth.get(b) : 0) || byDegree(passing.degree)(a, b));
    const first = new Set(near.slice(0, state.limit));
    const chosen = [...first].filter(
      (number) => number === state.of || [...around(number, passing)].some((other) => first.has(other)),
    );
    left.left_limit = near.length - chosen.length;
    return { chosen, depth };
  }

  /** nodes: best first; pairs between them; facts among them; left: counts; depth, path where the scope has them. */
  function visible(state) {
    const keep =
      state.scope === "ego" || state.scope === "path" ? [state.of, state.to].filter((number) => number !== null) : [];
    const passing = filter(state, [...keep, ...state.extra]);
    const left = { left_types: 0, left_isolated: 0, left_limit: 0, left_hidden: 0 };
    const { chosen, ...more } = scoped(state, passing, left);
    const inside = new Set(chosen);
    if (state.scope !== "all")
      for (const center of state.extra) {
        const near = [...around(center, passing)]
          .filter((number) => !inside.has(number))
          .sort(byDegree(passing.degree));
        for (const number of [center, ...near.slice(0, Math.ceil(state.limit / 4))]) inside.add(number);
        left.left_limit += Math.max(0, near.length - Math.ceil(state.limit / 4));
      }
    for (const number of state.hidden) if (inside.delete(number)) left.left_hidden++;
    const links = [];
    for (let pair = 0; pair < pairs.from.length; pair++)
      if (passing.pairOn[pair] && inside.has(pairs.from[pair]) && inside.has(pairs.to[pair])) links.push(pair);
    return { nodes: [...inside], inside, links, passing, left, ...more };
  }

  /** The facts of what is visible: both ends in it, or the subject if the object is a value. */
  function facts({ inside, passing }) {
    const found = [];
    for (let i = 0; i < data.facts; i++)
      if (passing.factOn[i] && inside.has(fact.s[i]) && (fact.o[i] < 0 || inside.has(fact.o[i]))) found.push(i);
    return found;
  }

  return { visible, facts, filter, factsOf: (list, { factOn }) => [...list].filter((i) => factOn[i]) };
}
