import type { LabelRule } from '../languages/merge-rules.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/** Labels of branches, keys of literals and values of enumerations that one list has more often than any list of either side: of two branches with one label the second one is never taken. */
export function repeatedLabels(left: Source, right: Source, merged: Source): readonly Finding[] {
  const repeated = [...labels(merged)].filter(([, count]) => count > 1)
  if (repeated.length === 0) return []
  const sides = [left, right].map(labels)
  return repeated.flatMap(([label, count]) =>
    sides.every((side) => count > (side.get(label) ?? 0)) ? [{ check: 'duplicates', name: label }] : [],
  )
}

/** How often a label stands in one list, where it does so most often. */
function labels(source: Source): ReadonlyMap<string, number> {
  const { tree } = source
  const rules: (LabelRule | undefined)[] = []
  for (const [kind, rule] of Object.entries(source.rules.labels)) rules[tree.grammar.kind(kind) ?? 0] = rule
  const lists = new Map<number, Map<string, number>>()
  const most = new Map<string, number>()
  for (let node = 1; node < tree.size; node++) {
    const rule = rules[tree.kind[node]!]
    if (!rule) continue
    const list = 'each' in rule ? node : listOf(source, node)
    const counts = lists.get(list) ?? new Map<string, number>()
    lists.set(list, counts)
    for (const label of labelsOf(source, node, rule)) {
      const count = (counts.get(label) ?? 0) + 1
      counts.set(label, count)
      most.set(label, Math.max(count, most.get(label) ?? 0))
    }
  }
  return most
}

/** What a node stands in, past what only wraps it. */
function listOf({ tree }: Source, node: number): number {
  let list = tree.parent[node]!
  while (list > 0 && tree.next[list + 1] === tree.next[list]) list = tree.parent[list]!
  return list
}

function labelsOf(source: Source, node: number, rule: LabelRule): readonly string[] {
  const children = source.children(node)
  if ('before' in rule) {
    const isEnd = (child: number): boolean => source.textOf(child) === rule.before || source.kind(child) === rule.before
    const end = children.findIndex(isEnd)
    return end > 0
      ? [
          children
            .slice(0, end)
            .map((child) => oneLine(source.textOf(child)))
            .join(' '),
        ]
      : []
  }
  const field = 'each' in rule ? rule.each : rule.value
  const texts = children.flatMap((child) => (source.fieldOf(child) === field ? [oneLine(source.textOf(child))] : []))
  // A value that is a name makes one member another name of another one.
  return 'each' in rule ? texts : texts.filter((text) => /^[-\d"']/.test(text))
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
