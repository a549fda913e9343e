import { nameOf } from './name-of.ts'
import type { Source } from './source.ts'

/** Kinds of what has members, and of what stands at the top of a file and belongs to a type all the same. */
const types = /class|interface|struct|trait|impl|object|enum|record|protocol/
const apart = 'method_declaration'

const known = new WeakMap<Source, ReadonlyMap<string, number>>()

/** What the types of a text declare, by name, with where it stands: whose it is nobody asks. */
export function typeMembers(source: Source): ReadonlyMap<string, number> {
  const before = known.get(source)
  if (before) return before
  const { tree, rules } = source
  const isType = (node: number): boolean => node >= 0 && types.test(source.kind(node))
  const members = new Map<string, number>()
  for (let node = 1; node < tree.size; node++) {
    const parent = tree.parent[node]!
    const isMember = rules.lists[source.kind(parent)] !== undefined && isType(tree.parent[parent]!)
    if (!isMember && !(parent === 0 && source.kind(node) === apart)) continue
    const name = nameOf(source, node)?.replace(/\(.*$/s, '')
    if (name !== undefined) members.set(name, tree.start[node]!)
  }
  known.set(source, members)
  return members
}
