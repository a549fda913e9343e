import type { ObjectId } from '../contracts/ids.ts'
import type { Anchor } from './anchor.ts'
import { foldHeads } from './fold.ts'
import type { NamingEntry } from './naming-entry.ts'
import { changesPartial, namedAnchor, namingFault } from './naming.ts'
import { outcomeOf, Refused, type Outcome } from './outcome.ts'
import { adoptedAnchor, nodeOf, outsideAnchor } from './outside.ts'
import type { View } from './view.ts'
import type { Past } from './causality.ts'
import type { Views } from './views.ts'

/** Facts about a commit that are read from the commit and its note, not from states. */
export interface CommitFacts {
  /** Does the commit carry this room's trailer? */
  isOfRoom(commit: ObjectId): boolean
  /** Is the author of the entry the committer, or another member, or somebody who is no member? */
  committer(commit: ObjectId): 'author' | 'another' | 'nobody'
  /** Are these states the ones that the commit's record binds? */
  isRecorded(entry: NamingEntry): boolean
}

/**
 * The state that an entry gives its commit: a function of the entry and its causal past alone. Void where the entry says
 * something else, waiting where Git objects decide that are not here.
 */
export function judgeNaming(views: Views, entry: NamingEntry, past: Past, facts: CommitFacts): Outcome<Anchor> {
  return outcomeOf(() => {
    const view = views.at(past)
    // An automatic merge is computed here, like everywhere: nobody has to wait for its objects.
    if (entry.kind !== 'fold') nodeOf(view, entry.commit)
    const anchor = resolve(views, view, entry, facts)
    if (entry.key !== undefined && anchor.key !== entry.key)
      throw new Refused('the entry says otherwise than the rules')
    return anchor
  })
}

function resolve(views: Views, view: View, entry: NamingEntry, facts: CommitFacts): Anchor {
  const { commit, named } = entry
  switch (entry.kind) {
    case 'announce':
    case 'record': {
      const fault = namingOf(views, view, entry, facts)
      return typeof fault === 'string' ? fromOutside(view, commit, facts, fault) : fault
    }
    case 'outside':
      return fromOutside(view, commit, facts, 'it is told as from outside')
    case 'adopt':
      if (!facts.isOfRoom(commit) || !facts.isRecorded(entry))
        throw new Refused('only a recorded commit can be adopted')
      return adoptedAnchor(view, commit, named)
    case 'join': {
      const joined = view.joined(commit)
      if (!joined) throw new Refused('nothing names the commit')
      return joined
    }
    case 'fold': {
      const merge = foldHeads(view).merges.find((anchor) => anchor.commit === commit)
      if (!merge) throw new Refused('the heads do not merge to this commit')
      return merge
    }
  }
}

/** The named state, or why it may not be named. */
function namingOf(views: Views, view: View, entry: NamingEntry, facts: CommitFacts): Anchor | string {
  const committer = entry.kind === 'announce' ? facts.committer(entry.commit) : 'author'
  if (committer === 'another' && facts.isOfRoom(entry.commit)) return 'its committer is another'
  if (entry.kind === 'record' && !facts.isRecorded(entry)) return 'its record says otherwise'
  const anchor = namedAnchor(view, entry.commit, entry.named)
  const fault = namingFault(views, view, anchor, entry.named)
  if (fault !== undefined) return fault
  // Whoever says that another's file was staged in part would take away what the commit changes in it.
  const takesAway = committer !== 'author' && changesPartial(view, anchor)
  return takesAway ? 'only its committer can have staged in part' : anchor
}

/**
 * A room commit is named by its committer or its record, or adopted, and what is named already has its state: told as from outside
 * either would be typed twice.
 */
function fromOutside(view: View, commit: ObjectId, facts: CommitFacts, why: string): Anchor {
  if (facts.isOfRoom(commit)) throw new Refused(`a commit of the room cannot be told so: ${why}`)
  return view.joined(commit) ?? outsideAnchor(view, commit)
}
