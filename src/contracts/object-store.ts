import type { ObjectId } from './ids.ts'

/** The four kinds of Git objects. */
export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag'
/** The hash that names the objects of a repository. */
export type ObjectFormat = 'sha1' | 'sha256'

/** An object without its header: what `git cat-file` prints of it. */
export interface GitObject {
  readonly type: ObjectType
  readonly content: Uint8Array
}

/**
 * Git objects by id. Reading is synchronous, because the rules of states and merges are plain functions of what is here;
 * what is not here is undefined, and the caller waits for it.
 */
export interface ObjectStore {
  readonly format: ObjectFormat
  /**
   * What is asked of a peer where the base commit of a room is not here: the commit without its parents, or with all that
   * came before it. Undefined: such a room cannot be joined.
   */
  readonly takesBase?: 'alone' | 'with its history'
  read(id: ObjectId): GitObject | undefined
  has(id: ObjectId): boolean
  /** Writes objects durably, all or none visible to readers that follow ids. Returns their ids in order. */
  write(objects: readonly GitObject[]): Promise<readonly ObjectId[]>
  /**
   * A pack of everything reachable from `wants` and not from `haves` (unknown haves are ignored). Commits in `shallow` are
   * packed as if they had no parents.
   */
  pack(
    wants: readonly ObjectId[],
    haves: readonly ObjectId[],
    options?: { readonly signal?: AbortSignal; readonly shallow?: readonly ObjectId[] },
  ): Promise<Uint8Array>
  /** A pack of exactly these objects, whatever they point to. */
  packExact(ids: readonly ObjectId[], options?: { readonly signal?: AbortSignal }): Promise<Uint8Array>
  /** Checks a pack strictly, in quarantine, and takes it over whole or not at all. */
  unpack(pack: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<void>
}
