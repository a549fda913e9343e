import type { LineRange } from '../merge-result.ts'
import type { Source } from '../structure/source.ts'

/** What an entity says, each as one text of numbers that are equal in all sources of one diff. */
export interface EntityParts {
  /** All of its own but body and comments; its own name is left out, so that a renamed entity has the same. */
  readonly signature: string
  readonly body: string
  readonly comment: string
  /** As it is written, without its members. */
  readonly written: string
}

/** A declaration of a text, with the comments and attributes before it. */
export class Entity {
  readonly source: Source
  readonly node: number
  /** `function`, `class`, `import`. */
  readonly kind: string
  /** Without what it is declared in. */
  readonly name: string
  /** `Shape.area`. */
  readonly path: string
  readonly start: number
  readonly end: number
  readonly lines: LineRange
  readonly members: readonly Entity[]
  #parts: EntityParts | undefined

  constructor(
    place: {
      readonly source: Source
      readonly node: number
      readonly start: number
      readonly end: number
      readonly lines: LineRange
    },
    told: { readonly kind: string; readonly name: string; readonly path: string; readonly members: readonly Entity[] },
  ) {
    this.source = place.source
    this.node = place.node
    this.start = place.start
    this.end = place.end
    this.lines = place.lines
    this.kind = told.kind
    this.name = told.name
    this.path = told.path
    this.members = told.members
  }

  get parts(): EntityParts {
    return (this.#parts ??= readParts(this))
  }

  /** All that it says with its members, but for its name. */
  get content(): string {
    const { signature, body } = this.parts
    return [signature, body, ...this.members.map(({ kind, name, content }) => `${kind} ${name} ${content}`)].join('\n')
  }

  /** Itself and all that is declared in it. */
  *withMembers(): Generator<Entity> {
    yield this
    for (const member of this.members) yield* member.withMembers()
  }
}

/** Stands for the name of the entity itself. */
const ownName = 0

function readParts(entity: Entity): EntityParts {
  const { source, members } = entity
  const { tree } = source
  const body = bodyOf(entity)
  const parts = { signature: [] as number[], body: [] as number[], comment: [] as number[] }
  let member = 0
  for (let node = firstFrom(tree.start, entity.start); node < tree.size;) {
    const [start, end] = [tree.start[node]!, tree.end[node]!]
    if (start >= entity.end) break
    while (member < members.length && members[member]!.end <= start) member++
    const inner = members[member]
    const isComment = source.isComment(node)
    if (inner && start >= inner.start && end <= inner.end) node = tree.next[node]!
    else if (end > entity.end || (!isComment && !source.isAtomic(node))) node++
    else {
      const part = isComment ? 'comment' : body && start >= body.start && end <= body.end ? 'body' : 'signature'
      const isName = part !== 'comment' && tree.next[node] === node + 1 && source.textOf(node) === simpleName(entity)
      if (end > start) parts[part].push(isName ? ownName : source.ids[node]!)
      node = tree.next[node]!
    }
  }
  const { signature, comment } = parts
  return {
    signature: signature.join(' '),
    body: parts.body.join(' '),
    comment: comment.join(' '),
    written: ownText(entity),
  }
}

/** Overloads have the types of their parameters in the name. */
function simpleName({ name }: Entity): string {
  const end = name.indexOf('(')
  return end > 0 ? name.slice(0, end) : name
}

function ownText({ source, start, end, members }: Entity): string {
  const texts: string[] = []
  let at = start
  for (const member of members) {
    texts.push(source.text.slice(at, member.start))
    at = Math.max(at, member.end)
  }
  return [...texts, source.text.slice(at, end)].join('\0')
}

/** How deep a body lies under its declaration: `export const a = () => {}`. */
const maxBodyDepth = 5

function bodyOf({ source, node }: Entity): { readonly start: number; readonly end: number } | undefined {
  const { tree } = source
  const { from } = source.rules.lists[source.kind(node)] ?? {}
  const head = from && source.children(node).find((child) => source.kind(child) === from)
  if (typeof head === 'number') return { start: tree.end[head]!, end: tree.end[node]! }
  let level: readonly number[] = [node]
  for (let depth = 0; depth < maxBodyDepth; depth++) {
    for (const field of ['body', 'value', 'right'])
      for (const at of level) {
        const found = tree.child(at, field)
        if (found === undefined) continue
        // The body of a function that is a value is in it.
        const inner = field === 'body' ? undefined : tree.child(found, 'body')
        return { start: tree.start[inner ?? found]!, end: tree.end[inner ?? found]! }
      }
    level = level.flatMap((at) => source.children(at).filter((child) => source.isNamed(child)))
  }
  return undefined
}

/** The first node that does not start before a place: starts grow with the nodes. */
function firstFrom(starts: Uint32Array, place: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! < place) low = middle + 1
    else high = middle
  }
  return low
}
