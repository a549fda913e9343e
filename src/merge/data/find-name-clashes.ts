import type { DataNode } from './data-node.ts'

/** What speaks of names in a kind of file: each clause tells of a fault. */
const kinds: readonly (readonly [files: RegExp, clauses: (root: DataNode) => readonly string[]])[] = [
  [/(?:^|\/)package\.json$/, doubleDependencies],
  [/(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/, missingJobs],
  [/(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/, missingServices],
]

/**
 * Names of a document that its own program would stumble over, where neither side does: a package that is asked for twice, a job or service that another one
 * needs and that is not there. Each as a clause.
 */
export function findNameClashes(path: string, result: DataNode, left: DataNode, right: DataNode): readonly string[] {
  const clauses = kinds.find(([files]) => files.test(path))?.[1]
  const found = clauses?.(result) ?? []
  if (!clauses || found.length === 0) return []
  const known = new Set([...clauses(left), ...clauses(right)])
  return found.filter((clause) => !known.has(clause))
}

function doubleDependencies(root: DataNode): readonly string[] {
  const own = new Set(keysOf(at(root, 'devDependencies')))
  return keysOf(at(root, 'dependencies')).flatMap((name) =>
    own.has(name) ? [`${name} is a dependency and a devDependency`] : [],
  )
}

function missingJobs(root: DataNode): readonly string[] {
  return missing(at(root, 'jobs'), ['needs'], 'job')
}

function missingServices(root: DataNode): readonly string[] {
  // What else there is may come from other files.
  return at(root, 'include') ? [] : missing(at(root, 'services'), ['depends_on', 'links'], 'service')
}

/** Entries of a map that name others of it. */
function missing(map: DataNode | undefined, fields: readonly string[], what: string): readonly string[] {
  if (map?.kind !== 'map') return []
  const names = new Set(keysOf(map))
  return map.items.flatMap(({ key, value }) =>
    fields
      .flatMap((field) => namesIn(at(value, field)))
      .filter((name) => !names.has(name))
      .map((name) => `${key} needs the ${what} ${name}, which is not there`),
  )
}

function at(node: DataNode | undefined, key: string): DataNode | undefined {
  return node?.kind === 'map' ? node.items.find((item) => item.key === key)?.value : undefined
}

function keysOf(node: DataNode | undefined): readonly string[] {
  return node?.kind === 'map' ? node.items.map(({ key }) => key) : []
}

/** The names that a value lists: keys, elements, or itself. An element of `links` has another name behind a colon. */
function namesIn(node: DataNode | undefined): readonly string[] {
  if (!node) return []
  if (node.kind === 'map') return keysOf(node)
  const values = node.kind === 'list' ? node.items.map(({ value }) => value) : [node]
  const texts = values.flatMap((value) => (value.kind === 'scalar' ? [value.text.replace(/^["']|["']$/g, '')] : []))
  return texts.filter((text) => /^[\w.-]+(?::[\w.-]+)?$/.test(text)).map((text) => text.split(':', 1)[0]!)
}
