import type { MergeDriver } from '../contracts/merge-driver.ts'
import type { FeedId, KeyId, ObjectId } from '../contracts/ids.ts'
import type { Anchor } from '../history/anchor.ts'
import { judgeNaming } from '../history/judge.ts'
import { namingKinds, readNaming, type NamingEntry } from '../history/naming-entry.ts'
import { checkOperations, type CheckedOperation } from '../history/operation-check.ts'
import { operationsKind, readOperations } from '../history/operations-body.ts'
import { outcomeOf } from '../history/outcome.ts'
import type { Past } from '../history/causality.ts'
import type { Views } from '../history/views.ts'
import type { CborValue } from '../lib/cbor.ts'
import { isGenesis, type Entry } from '../journal/entry.ts'
import { controlEpoch } from '../contracts/ids.ts'
import type { CommitReader } from './commit-reader.ts'
import { readControlBody, type ControlBody } from './control-body.ts'
import type { Membership } from './membership.ts'
import type { EntryJudge, Verdict } from './replica.ts'
import { follows } from './room-versions.ts'

/** What an accepted entry has done. */
export interface JudgeEffects {
  /** Git objects that have to be here before a control entry can take effect. */
  lacking(body: ControlBody): readonly ObjectId[]
  controlled(entry: Entry, body: ControlBody): void
  operated(operations: readonly CheckedOperation[], past: Past): void
  /** An entry says something of a commit, which has to be here before it can be judged, whatever the verdict. */
  mentioned(commit: ObjectId): void
  named(entry: Entry, naming: NamingEntry, anchor: Anchor): void
}

/** The engines that judge contents; they exist once genesis is known, because they rest on the base commit. */
export interface RoomEngines {
  readonly views: Views
  readonly commits: CommitReader
}

const controlKinds = new Set([0, 1, 2, 3, 6])
const namingNumbers = new Set<number>(Object.values(namingKinds))

/** Judges an entry by its bytes and its causal past, and takes over what it does. */
export class RoomJudge implements EntryJudge {
  readonly #membership: Membership
  readonly #pastOf: (entry: Entry) => Past
  readonly #effects: JudgeEffects
  readonly #drivers: readonly MergeDriver[]
  /** Feeds whose opening was void: their entries count for nothing. */
  readonly #unopened = new Map<FeedId, KeyId>()
  #engines: RoomEngines | undefined

  constructor(
    membership: Membership,
    drivers: readonly MergeDriver[],
    pastOf: (entry: Entry) => Past,
    effects: JudgeEffects,
  ) {
    this.#drivers = drivers
    this.#membership = membership
    this.#pastOf = pastOf
    this.#effects = effects
  }

  /** Called when genesis has told the base commit. */
  begin(engines: RoomEngines): void {
    this.#engines = engines
  }

  deviceOf(entry: Entry, body: CborValue | undefined): KeyId | undefined {
    if (entry.head.seq > 0)
      return this.#membership.owner(entry.feed)?.certificate.device ?? this.#unopened.get(entry.feed)
    const control = body === undefined ? undefined : readControlBody(body)
    if (control?.kind === 'genesis') return isGenesis(entry) ? control.certificate.device : undefined
    if (control?.kind !== 'opening' || !this.#membership.mayOpen(entry, control, this.#pastOf(entry))) return undefined
    return control.certificate.device
  }

  judge(entry: Entry, body: CborValue): Verdict {
    const kind = Array.isArray(body) ? (body[0] as CborValue) : undefined
    if (typeof kind !== 'number') return voided('the body has no kind')
    if (entry.head.seq > 0 && !this.#membership.owner(entry.feed)) return voided('the feed was not opened')
    const isControl = controlKinds.has(kind)
    if (!isControl && kind !== operationsKind && !namingNumbers.has(kind))
      return { status: 'wait', reason: `upgrade: entries of kind ${kind} are not known`, objects: [] }
    if (isControl !== (entry.head.epoch === controlEpoch))
      return voided('the body is sealed by the wrong kind of epoch')
    if (isControl) return this.#judgeControl(entry, body)
    if (kind === operationsKind) return this.#judgeOperations(entry, body)
    return this.#judgeNaming(entry, body)
  }

  #judgeControl(entry: Entry, body: CborValue): Verdict {
    const control = readControlBody(body)
    if (!control) return voided('malformed control entry')
    if (control.kind === 'genesis' && !follows(this.#drivers, control.versions))
      return { status: 'wait', reason: 'upgrade: the room follows another version', objects: [] }
    const objects = this.#effects.lacking(control)
    if (objects.length) return { status: 'wait', reason: 'Git objects are missing', objects }
    const past = this.#pastOf(entry)
    if (control.kind === 'epoch' && !this.#membership.mayBeginEpoch(entry, past))
      return { status: 'wait', reason: 'upgrade: rooms of this version keep their first epoch', objects: [] }
    const fault = this.#membership.judge(entry, control, past)
    if (fault !== undefined) {
      if (control.kind === 'opening') this.#unopened.set(entry.feed, control.certificate.device)
      return voided(fault)
    }
    this.#effects.controlled(entry, control)
    return { status: 'ok', operations: 0 }
  }

  #judgeOperations(entry: Entry, body: CborValue): Verdict {
    const engines = this.#engines
    const operations = readOperations(body)
    if (!engines || !operations) return voided('malformed operations')
    const place = {
      feed: entry.feed,
      lamport: entry.head.lamport,
      first: entry.head.firstOperation,
      past: this.#pastOf(entry),
    }
    const outcome = outcomeOf(() => checkOperations(engines.views, place, operations))
    if (outcome.status === 'unready') return outcome
    if (outcome.status === 'wait') return { ...outcome, reason: 'Git objects are missing' }
    const checked = outcome.status === 'void' ? outcome.reason : outcome.value
    if (typeof checked === 'string') return { status: 'void', operations: operations.length, reason: checked }
    this.#effects.operated(checked, place.past)
    return { status: 'ok', operations: operations.length }
  }

  #judgeNaming(entry: Entry, body: CborValue): Verdict {
    const engines = this.#engines
    const naming = readNaming(body)
    if (!engines || !naming) return voided('malformed naming')
    this.#effects.mentioned(naming.commit)
    const author = this.#membership.owner(entry.feed)!.admission
    const past = this.#pastOf(entry)
    const outcome = judgeNaming(engines.views, naming, past, engines.commits.factsFor(author, past))
    if (outcome.status === 'unready') return outcome
    if (outcome.status === 'wait') return { ...outcome, reason: 'Git objects are missing' }
    if (outcome.status === 'void') return voided(outcome.reason)
    this.#effects.named(entry, naming, outcome.value)
    return { status: 'ok', operations: 0 }
  }
}

function voided(reason: string): Verdict {
  return { status: 'void', operations: 0, reason }
}
