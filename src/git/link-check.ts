import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectStore, ObjectType } from '../contracts/object-store.ts'
import { linkedIds } from '../objects/object-links.ts'
import { gitlinkMode, parseTree, treeMode } from '../objects/tree.ts'

/** What links are looked up in. */
export interface LinkCheckOptions {
  readonly objects: Pick<ObjectStore, 'has'>
  /** Commits whose parents are not here. */
  readonly shallow: ReadonlySet<string>
  readonly idLength: number
  readonly maxLinks: number
}

/** Does every object that others name exist, and is it of the type that they say? */
export class LinkCheck {
  readonly #options: LinkCheckOptions
  readonly #types = new Map<ObjectId, ObjectType>()
  readonly #wanted = new Map<ObjectId, ObjectType | undefined>()

  constructor(options: LinkCheckOptions) {
    this.#options = options
  }

  /** An object that is there, and names others. False where a type is not the one that was said, or there is too much. */
  add(id: ObjectId, object: GitObject): boolean {
    const wanted = this.#wanted.get(id)
    if (wanted !== undefined && wanted !== object.type) return false
    this.#types.set(id, object.type)
    for (const [linked, type] of this.#links(id, object)) {
      const known = this.#types.get(linked) ?? this.#wanted.get(linked)
      if (type !== undefined && known !== undefined && known !== type) return false
      this.#wanted.set(linked, known ?? type)
    }
    return this.#wanted.size <= this.#options.maxLinks
  }

  /** An object that is named and is nowhere. */
  missing(): ObjectId | undefined {
    for (const id of this.#wanted.keys()) if (!this.#types.has(id) && !this.#options.objects.has(id)) return id
    return undefined
  }

  #links(id: ObjectId, object: GitObject): readonly (readonly [ObjectId, ObjectType | undefined])[] {
    const { idLength, shallow } = this.#options
    if (object.type === 'tree')
      return (parseTree(object.content, idLength) ?? [])
        .filter(({ mode }) => mode !== gitlinkMode)
        .map((entry) => [entry.id, entry.mode === treeMode ? 'tree' : 'blob'])
    const ids = linkedIds(object, idLength) ?? []
    if (object.type !== 'commit') return ids.map((linked) => [linked, undefined])
    const kept = shallow.has(id) ? ids.slice(0, 1) : ids
    return kept.map((linked, at) => [linked, at ? 'commit' : 'tree'])
  }
}
