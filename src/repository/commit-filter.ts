import { AnvcsError } from '../contracts/errors.ts'
import type { CommitView, RecordView } from './commit-view.ts'

/** Which commits are wanted. */
export type CommitFilter = (view: CommitView) => boolean

const texts: Readonly<Record<string, (view: CommitView) => readonly (string | null | undefined)[]>> = {
  agent: (view) => recordsOf(view).map(({ agent }) => agent),
  model: (view) => recordsOf(view).map(({ model }) => model),
  author: ({ author }) => [author.name, author.email],
  prompt: (view) => recordsOf(view).map(({ prompt }) => prompt),
  tests: ({ record }) => [record?.testsPassed === true ? 'passed' : record?.testsPassed === false ? 'failed' : 'none'],
  signature: ({ signature }) => [signature.status],
  record: ({ recordStatus }) => [recordStatus],
}

function recordsOf({ record, moreRecords }: CommitView): readonly RecordView[] {
  return record ? [record, ...moreRecords] : moreRecords
}

/** The kinds of filter that there are. */
export const filterKinds = Object.keys(texts)

/** `agent:foo`: commits whose agent contains "foo", whatever the case. Several must all hold. Throws USAGE. */
export function parseFilters(filters: readonly string[]): CommitFilter {
  const parsed = filters.map((filter) => {
    const colon = filter.indexOf(':')
    const read = Object.hasOwn(texts, filter.slice(0, colon)) ? texts[filter.slice(0, colon)] : undefined
    const wanted = filter.slice(colon + 1).toLowerCase()
    if (colon < 0 || !read || wanted === '')
      throw new AnvcsError('USAGE', {
        message: `${filter} is no filter.`,
        hint: `Write KIND:TEXT, where KIND is one of ${filterKinds.join(', ')}.`,
      })
    return (view: CommitView) => read(view).some((text) => text?.toLowerCase().includes(wanted))
  })
  return (view) => parsed.every((holds) => holds(view))
}

/** As we write them, and as git does. */
const units: readonly (readonly [pattern: RegExp, unit: string])[] = [
  [/^(?:s|secs?|seconds?)$/, 'seconds'],
  [/^(?:min|mins|minutes?)$/, 'minutes'],
  [/^(?:h|hours?)$/, 'hours'],
  [/^(?:d|days?)$/, 'days'],
  [/^(?:w|weeks?)$/, 'weeks'],
  [/^(?:mo|months?)$/, 'months'],
  [/^(?:y|years?)$/, 'years'],
]

/** `2w` or `2 weeks ago`, or a date as ISO 8601 has it, in words that git reads alike everywhere. Throws USAGE: git takes anything and guesses. */
export function gitDate(text: string): string {
  const words = text === 'yesterday' ? '1d' : text
  const [, count, written = ''] = /^(\d{1,6})[ .]?([a-z]+)(?:[ .]ago)?$/.exec(words) ?? []
  const unit = units.find(([pattern]) => pattern.test(written))?.[1]
  if (count && unit) return `${count}.${unit}.ago`
  const isDate = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text)
  // A date alone means its beginning; git would take the time of day that it is now.
  if (isDate && !Number.isNaN(Date.parse(text))) return text.length === 10 ? `${text}T00:00:00` : text
  throw new AnvcsError('USAGE', {
    message: `${text} is no time.`,
    hint: 'Write a span (90min, 2d, 2w, 3mo, 1y, or 2 weeks ago) or a date (2026-11-24, 2026-11-24T10:00).',
  })
}

/** The same in seconds since 1970. Throws USAGE. */
export function secondsOf(text: string): number {
  const date = gitDate(text)
  const [, count, unit] = /^(\d+)\.(\w+?)s?\.ago$/.exec(date) ?? []
  if (count === undefined) return Math.floor(Date.parse(date) / 1000)
  const then = new Date()
  const number = Number(count)
  if (unit === 'year') then.setFullYear(then.getFullYear() - number)
  else if (unit === 'month') then.setMonth(then.getMonth() - number)
  else then.setTime(then.getTime() - number * (spanMs[unit!] ?? 0))
  return Math.floor(then.getTime() / 1000)
}

const spanMs: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
}
