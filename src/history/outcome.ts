import type { ObjectId } from '../contracts/ids.ts'

/** The answer of a rule: a value, a refusal that is the same at every peer, or a wait: for Git objects that are not here, or for the merge driver. */
export type Outcome<T> =
  | { readonly status: 'ok'; readonly value: T }
  | { readonly status: 'void'; readonly reason: string }
  | { readonly status: 'wait'; readonly objects: readonly ObjectId[] }
  | { readonly status: 'unready' }

/** Thrown inside the rules only; `outcomeOf` turns it into a value. */
export class Refused extends Error {}

/** Thrown inside the rules only: an object that is not here decides. */
export class MissingObject extends Error {
  readonly object: ObjectId

  constructor(object: ObjectId) {
    super(`object ${object} is not here`)
    this.object = object
  }
}

/** Thrown inside the rules only: the merge driver has to load something first. */
export class UnreadyMerge extends Error {}

/** Thrown inside the rules only: an object is not what its place in a commit says. */
export class MalformedObject extends Error {}

export function outcomeOf<T>(rule: () => T): Outcome<T> {
  try {
    return { status: 'ok', value: rule() }
  } catch (error) {
    if (error instanceof Refused) return { status: 'void', reason: error.message }
    if (error instanceof MissingObject) return { status: 'wait', objects: [error.object] }
    if (error instanceof UnreadyMerge) return { status: 'unready' }
    // An object that is here under its id and breaks Git's format does so at every peer.
    if (error instanceof MalformedObject) return { status: 'void', reason: error.message }
    throw error
  }
}
