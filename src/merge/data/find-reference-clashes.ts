import type { DataNode } from './data-node.ts'

/** Methods of OpenAPI's path items that hold an operation. */
const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'])

/**
 * What a document of OpenAPI or JSON Schema has and neither side does: an `operationId` or a path that stands twice, paths being the same
 * but for the names of their parameters (OpenAPI 3.1, 4.8.8), and a `$ref` into the document (RFC 6901) that leads nowhere. Each as a clause.
 */
export function findReferenceClashes(result: DataNode, left: DataNode, right: DataNode): readonly string[] {
  if (!/\$ref|operationId|\bpaths\b/.test(result.text)) return []
  const [inResult, inLeft, inRight] = [result, left, right].map(clashesOf) as [Clashes, Clashes, Clashes]
  return [...inResult].filter((name) => !inLeft.has(name) && !inRight.has(name))
}

type Clashes = ReadonlySet<string>

function clashesOf(root: DataNode): Clashes {
  const counts = new Map<string, number>()
  const add = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
  const lost = new Set<string>()
  const places = new Places(root)
  const visit = (node: DataNode, parent: string): void => {
    if (node.kind === 'scalar') return
    for (const { key, value } of node.items) {
      const text = value.kind === 'scalar' ? bare(value.text) : undefined
      if (text !== undefined && key === 'operationId' && methods.has(parent)) add(`operationId ${text} stands twice`)
      if (text !== undefined && key === '$ref' && text.startsWith('#/') && !places.has(text))
        lost.add(`nothing stands at ${text}`)
      visit(value, node.kind === 'list' ? parent : key)
    }
  }
  visit(root, '')
  for (const path of pathsOf(root)) add(`path ${path} stands twice`)
  return new Set([...lost, ...[...counts].flatMap(([name, count]) => (count > 1 ? [name] : []))])
}

/** Paths with their parameters without names. */
function pathsOf(root: DataNode): readonly string[] {
  const isApi = root.kind === 'map' && root.items.some(({ key }) => key === 'openapi' || key === 'swagger')
  const paths = isApi ? root.items.find(({ key }) => key === 'paths')?.value : undefined
  return paths?.kind === 'map' ? paths.items.map(({ key }) => key.replace(/\{[^{}]*\}/g, '{}')) : []
}

/** Finds what stands at a place of a document; each map is looked through once. */
class Places {
  readonly #root: DataNode
  readonly #entries = new Map<DataNode, ReadonlyMap<string, DataNode>>()

  constructor(root: DataNode) {
    this.#root = root
  }

  has(reference: string): boolean {
    let node: DataNode | undefined = this.#root
    for (const part of reference.slice(2).split('/')) {
      const key = percentDecoded(part).replaceAll('~1', '/').replaceAll('~0', '~')
      node = this.#inside(node, key)
      if (!node) return false
    }
    return true
  }

  #inside(node: DataNode, key: string): DataNode | undefined {
    if (node.kind === 'scalar') return undefined
    if (node.kind === 'list') return node.items[Number(key)]?.value
    let entries = this.#entries.get(node)
    if (!entries) this.#entries.set(node, (entries = new Map(node.items.map((item) => [item.key, item.value]))))
    return entries.get(key)
  }
}

function percentDecoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function bare(text: string): string {
  return text.replace(/^["']|["']$/g, '')
}
