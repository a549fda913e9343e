import type { ObjectId } from '../../contracts/ids.ts'
import type { GitObject, ObjectStore } from '../../contracts/object-store.ts'
import { textOfBlob } from '../../document/seed.ts'
import { utf8 } from '../../lib/bytes.ts'
import { nodeCrypto } from '../../node/crypto.ts'
import { parseCommit, serializeCommit } from '../../objects/commit.ts'
import { objectId } from '../../objects/object-id.ts'
import { diffTrees } from '../../objects/tree-diff.ts'
import { editTree, type TreeChange } from '../../objects/tree-edit.ts'
import { linkedIds } from '../../objects/object-links.ts'

/** What a clone gives and takes: objects, and lines of notes. */
export interface Clone {
  readonly objects: ObjectStore
  readonly notes: Map<ObjectId, readonly string[]>
}

/** A Git remote with one branch, to which people outside of the room push, too. */
export class Upstream {
  readonly #objects = new Map<ObjectId, GitObject>()
  readonly #notes = new Map<ObjectId, readonly string[]>()
  #tip: ObjectId

  constructor(base: ObjectId, objects: readonly GitObject[]) {
    this.#tip = base
    for (const object of objects) this.#add(object)
  }

  get tip(): ObjectId {
    return this.#tip
  }

  /** The text files of the tip, by path. */
  files(): ReadonlyMap<string, string> {
    const files = new Map<string, string>()
    for (const { path, after } of diffTrees((id) => this.#content(id), undefined, this.#treeOf(this.#tip))) {
      const text = textOfBlob(this.#content(after!.id))
      if (text !== undefined) files.set(path, text)
    }
    return files
  }

  #treeOf(commit: ObjectId): ObjectId {
    return parseCommit(this.#content(commit))!.tree
  }

  #content(id: ObjectId): Uint8Array {
    return this.#objects.get(id)!.content
  }

  /** Somebody who is in no room commits, on the tip unless told. Texts by path; undefined removes. */
  commit(
    texts: ReadonlyMap<string, string | undefined>,
    timeSeconds: number,
    parents: readonly ObjectId[] = [this.#tip],
  ): void {
    const changes = [...texts].map(([path, text]): TreeChange => ({
      path,
      entry: text === undefined ? undefined : { mode: 0o100644, id: this.#add({ type: 'blob', content: utf8(text) }) },
    }))
    const edit = editTree(nodeCrypto, 'sha1', (id) => this.#content(id), this.#treeOf(parents[0]!), changes)!
    for (const content of edit.trees) this.#add({ type: 'tree', content })
    const person = { name: 'Eve', email: 'eve@elsewhere.example', timeSeconds, zone: '+0000' }
    const fields = { tree: edit.root, parents, author: person, committer: person, message: 'Upstream\n' }
    this.#tip = this.#add({ type: 'commit', content: serializeCommit(fields) })
  }

  /** A clone fetches; resolves to the tip that it has then. */
  async fetch({ objects, notes }: Clone): Promise<ObjectId> {
    const tip = this.#tip
    await objects.write([...this.#objects].filter(([id]) => !objects.has(id)).map(([, object]) => object))
    for (const [commit, lines] of this.#notes) notes.set(commit, [...new Set([...(notes.get(commit) ?? []), ...lines])])
    return tip
  }

  /** A clone pushes a commit that descends from the tip. */
  push({ objects, notes }: Clone, commit: ObjectId): void {
    const open = [commit]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (this.#objects.has(id)) continue
      const object = objects.read(id)!
      this.#add(object)
      if (notes.has(id)) this.#notes.set(id, notes.get(id)!)
      open.push(...linkedIds(object, 20)!)
    }
    this.#tip = commit
  }

  #add(object: GitObject): ObjectId {
    const id = objectId(nodeCrypto, 'sha1', object)
    this.#objects.set(id, object)
    return id
  }
}
