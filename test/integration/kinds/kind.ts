import type { ErrorCode } from '../../../src/contracts/errors.ts'
import type { Place } from './place.ts'

/** A kind of repository, and a commit in it. */
export interface Kind {
  /** What is unusual, in words that follow "a commit" or "a merge": `of a file with CRLF, under core.autocrlf=true`. */
  readonly name: string
  /** What is done; a commit unless told. */
  readonly verb?: 'commit' | 'merge'
  /** Makes the repository by git, up to the commit: what is changed and staged included. */
  readonly make: (place: Place) => void
  /** What follows `commit -m MESSAGE`, or `merge`, for `ai-vcs` and for `git`. Nothing: what is staged is committed. */
  readonly args?: readonly string[]
  /** What git is given instead, where its words are not ours. */
  readonly gitArgs?: readonly string[]
  /** Both run in this folder of the place, and its repository is looked at; `work` unless told. */
  readonly folder?: string
  /** Variables of both, made for the place. */
  readonly env?: (place: Place) => Readonly<Record<string, string>>
  /** Further commands of git whose output has to be the same. */
  readonly also?: readonly (readonly string[])[]
  /** Files of the place that have to be equal, too: what hooks have written. */
  readonly files?: readonly string[]
  /** What comes after the commit, at both: `git rebase --continue`, say. */
  readonly after?: (place: Place) => void
  /** Not done, with this error, and nothing changed. Where git refuses, too, that is said in `because`. */
  readonly refused?: { readonly code: ErrorCode; readonly message: RegExp; readonly because: string }
}

/** `-a` or a path, as words of a name. */
export function byWay(arg: string | undefined): string {
  if (arg === undefined) return 'of what is staged'
  return arg === '-a' ? arg : 'by path'
}

/** Kinds that make one row of docs/git-compatibility.md. */
export interface KindGroup {
  /** The feature of Git. */
  readonly feature: string
  /** What is done about it, for somebody who has such a repository. */
  readonly how: string
  readonly kinds: readonly Kind[]
}
