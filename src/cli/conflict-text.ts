import { escapeLine } from '../provenance/message-escape.ts'
import type { ExplainedConflict, ExplainedPath, PathReason } from '../repository/explain-path.ts'
import type { ConflictReason } from '../merge/merge-result.ts'
import type { Proposal } from '../repository/proposals/proposal-store.ts'
import type { ProposedConflict } from '../repository/proposals/propose-resolutions.ts'
import { findingText } from './finding-text.ts'

/** Lines of a side that are shown; `--json` has all. */
const maxShown = 6
/** Of a proposal: who accepts one has to see it. */
const maxProposed = 40

const reasons: Readonly<Record<ConflictReason, string>> = {
  'both-added': 'both sides added something in one place',
  'both-changed': 'both sides changed the same lines, or neighbouring ones',
  'left-deleted': 'left deleted what right changed',
  'right-deleted': 'right deleted what left changed',
  'too-large': 'the sides differ too much to be compared',
  lockfile: 'a package manager has to compute it anew',
  check: 'lines alone would merge, to something that is wrong',
}

const pathReasons: Readonly<Record<PathReason, string>> = {
  text: 'both sides changed it',
  'left-deleted': 'left deleted what right changed',
  'right-deleted': 'right deleted what left changed',
  'both-added': 'both sides added it',
  binary: 'it is no text, or too large to be merged',
  kind: 'the sides made different kinds of files of it',
  link: 'both sides changed where it points',
  submodule: 'both sides changed what it is at',
  name: 'another file or folder needs its name, or it was renamed',
}

/** A path that conflicts, with each place in it. `numbers`: whether `resolve` knows the places by their number. */
export function conflictText(explained: ExplainedPath, numbers: boolean): string {
  const { path, reason, left, right, conflicts, findings = [], isMergedByDriver } = explained
  const kept = { 'left-deleted': right, 'right-deleted': left }[reason as string]
  const isRenamed = kept?.startsWith('renamed ')
  return [
    `${escapeLine(path)}: ${isRenamed ? pathReasons[reason].replace('changed', 'renamed') : pathReasons[reason]}`,
    ...(conflicts.length ? [] : [`    left ${escapeLine(left)}`, `    right ${escapeLine(right)}`]),
    ...findings.map((finding) => `    ${escapeLine(findingText(finding))}`),
    ...conflicts.flatMap((conflict, at) => placeText(conflict, numbers ? `${at + 1}. ` : '')),
    ...(isMergedByDriver
      ? ['    Only its lines conflict: with `ai-vcs init --merge-driver` it is merged by syntax.']
      : []),
  ].join('\n')
}

function placeText(
  { reason, lines, entity, entries, command, left, right, proposals = [] }: ExplainedConflict,
  number: string,
): readonly string[] {
  const where = entity ?? entries?.map(({ pointer }) => pointer).join(', ')
  const places = [
    ...(lines ? [`lines ${lines.from + 1}-${lines.end}`] : []),
    ...(where ? [`in ${escapeLine(where)}`] : []),
  ]
  return [
    `  ${number}${places.length ? `${places.join(' ')}: ` : ''}${reasons[reason]}${command === undefined ? '' : `: ${command}`}`,
    ...sideText('left', left),
    ...sideText('right', right),
    ...proposals.flatMap((proposal, at) => proposalText(proposal, at + 1)),
  ]
}

/** A proposal with its number, as `resolve --proposal` takes it. */
export function proposalText(proposal: Proposal, number: number): readonly string[] {
  const { resolution, explanation, votes, added, model, guards } = proposal
  const facts = [
    `by ${model}`,
    ...(votes > 1 ? [`given ${votes} times`] : []),
    ...(added.length ? [`adds ${added.join(' ')}`] : []),
    guards.length ? guards.map(({ name, outcome }) => `guard ${name} ${outcome}`).join(', ') : 'no guard was run',
  ]
  const lines = resolution.replace(/\r?\n$/, '').split('\n')
  const shown = resolution === '' ? [] : lines.slice(0, maxProposed)
  return [
    `    proposal ${number} ${escapeLine(facts.join('; '))}:`,
    ...(explanation ? [`      ${escapeLine(explanation)}`] : []),
    ...shown.map((line) => `      | ${escapeLine(line)}`),
    ...(lines.length > maxProposed ? [`      | (${lines.length - maxProposed} more)`] : []),
  ]
}

/** What came of a conflict that a proposer was asked about. */
export function proposedText({ path, conflict, proposals, reason }: ProposedConflict): string {
  const place = `${escapeLine(path)}${conflict ? ` ${conflict}` : ''}`
  if (!proposals.length) return `${place}: no proposal, ${escapeLine(reason ?? 'for no reason that was told')}`
  return [`${place}:`, ...proposals.flatMap((proposal, at) => proposalText(proposal, at + 1))].join('\n')
}

function sideText(name: string, { text, did }: ExplainedConflict['left']): readonly string[] {
  const lines = text.replace(/\r?\n$/, '').split('\n')
  const shown = text === '' ? [] : lines.slice(0, maxShown)
  const more = lines.length - shown.length
  return [
    `    ${name} ${did}${shown.length ? ':' : ''}`,
    ...shown.map((line) => `      | ${escapeLine(line)}`),
    ...(shown.length && more > 0 ? [`      | (${more} more)`] : []),
  ]
}
