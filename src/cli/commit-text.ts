import { escapeLine, escapeMessage } from '../provenance/message-escape.ts'
import type { CommitView, RecordView } from '../repository/commit-view.ts'
import type { Style } from './style.ts'

const shortLength = 10
const promptLength = 100

export function shortId(id: string): string {
  return id.slice(0, shortLength)
}

/** A commit as `git log` shows it, with what is known of its making. All of it is others' text: escaped. */
export function commitText(view: CommitView, style: Style): string {
  const { commit, parents, author, refs, record, moreRecords, message } = view
  const names = refs.length ? style.strong(` (${escapeLine(refs.join(', '))})`) : ''
  const merge = parents.length > 1 ? `Merge:     ${parents.map(shortId).join(' ')}\n` : ''
  const made = [...(record ? recordLines(record) : []), ...moreRecords.flatMap(recordLines)]
  // Histories are long: a text is put together sooner than a list of lines.
  return (
    `${style.notable(`commit ${commit}`)}${names}\n${merge}` +
    `Author:    ${escapeLine(`${author.name} <${author.email}>`)}\n` +
    `Date:      ${author.time}\n` +
    `Signature: ${signatureText(view, style)}\n` +
    made.map((line) => `${line}\n`).join('') +
    `\n${escapeMessage(message.trimEnd()).replace(/^(?=.)/gm, '    ')}\n`
  )
}

/** One line: id, names, subject, who made it. */
export function commitLine(view: CommitView, style: Style): string {
  const { commit, refs, subject, author, record } = view
  const names = refs.length ? ` ${style.strong(`(${escapeLine(refs.join(', '))})`)}` : ''
  const made = [author.name, record?.agent, record?.model].filter(Boolean).join(' · ')
  const tests = record?.testsPassed === true ? ` ${style.good('tests passed')}` : ''
  const failed = record?.testsPassed === false ? ` ${style.bad('tests failed')}` : ''
  return `${style.notable(shortId(commit))}${names} ${escapeLine(subject)} ${style.faint(`— ${escapeLine(made)}`)}${tests}${failed}`
}

const recordTexts = {
  bound: { mark: 'good', text: 'record is what was signed' },
  unsigned: { mark: 'notable', text: 'record is not covered by a known signature' },
  unbound: { mark: 'notable', text: 'record is not named by the commit' },
  mismatch: { mark: 'bad', text: 'RECORD IS NOT THE ONE THAT WAS SIGNED' },
  missing: { mark: 'notable', text: 'record is not here' },
  none: { mark: 'faint', text: '' },
} as const

function signatureText({ signature, recordStatus, isAutomaticMerge }: CommitView, style: Style): string {
  const { mark, text } = recordTexts[recordStatus]
  const record = text && style[mark](text)
  const signed = () => {
    switch (signature.status) {
      case 'good':
        return style.good(`good, by ${escapeLine(signature.principal)}`)
      case 'unknown key':
        return style.notable('by a key that is not known here')
      case 'bad':
        return style.bad('BAD')
      case 'unchecked':
        return 'of a kind that `git verify-commit` checks'
      case 'none':
        return isAutomaticMerge ? 'none: an automatic merge' : 'none'
    }
  }
  return record ? `${signed()}; ${record}` : signed()
}

function recordLines(record: RecordView): readonly string[] {
  const { agent, model, prompt, isPromptDropped, testsPassed, coverage, contributors, partial } = record
  const tests = testsPassed === null ? '' : testsPassed ? 'passed' : 'FAILED'
  const measured = coverage === null ? '' : `coverage ${coverage} %`
  const others = (contributors ?? []).map(({ name, did, operations }) => `${name ?? did} (${operations})`)
  return [
    ...(agent ? [`Agent:     ${escapeLine(agent)}${model ? ` (${escapeLine(model)})` : ''}`] : []),
    ...(model && !agent ? [`Model:     ${escapeLine(model)}`] : []),
    ...(prompt ? [`Prompt:    ${firstLine(prompt)}`] : []),
    ...(isPromptDropped ? ['Prompt:    (taken out)'] : []),
    ...(tests || measured ? [`Tests:     ${[tests, measured].filter(Boolean).join(', ')}`] : []),
    ...(others.length ? [`Edits by:  ${escapeLine(others.join(', '))}`] : []),
    ...(partial.length ? [`Partial:   ${escapeLine(partial.join(', '))}`] : []),
  ]
}

/** The first line of a text, not too long. */
export function firstLine(text: string): string {
  const line = text.trimStart().split('\n', 1)[0]!
  const isCut = line.length > promptLength || text.trim().includes('\n')
  return escapeLine(line.slice(0, promptLength)) + (isCut ? ' …' : '')
}
