import { relative, resolve } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { CliContext } from './context.ts'

/** Parameters that several commands share, as the reader of the command line wants them. */

const text = (value: string): string => value

/** A text that need not be given. */
export function optionalText(brief: string, placeholder: string) {
  return { kind: 'parsed', parse: text, optional: true, brief, placeholder } as const
}

/** A text that may be given several times. */
export function textList(brief: string, placeholder: string) {
  return { kind: 'parsed', parse: text, optional: true, variadic: true, brief, placeholder } as const
}

/** Which numbers are meant: both ends belong to them. */
interface NumberRange {
  readonly min?: number
  readonly max: number
  /** Not only whole numbers. */
  readonly isFraction?: boolean
}

/** A number that need not be given, as people write numbers: without signs, exponents or other bases. */
export function optionalNumber(brief: string, placeholder: string, range: NumberRange) {
  return {
    kind: 'parsed',
    parse: (value: string) => numberIn(value, range),
    optional: true,
    brief,
    placeholder,
  } as const
}

export function toggle(brief: string) {
  return { kind: 'boolean', brief, default: false, withNegated: false } as const
}

/** Words at the end of the line, any number. */
export function wordList(brief: string, placeholder: string) {
  return { kind: 'array', parameter: { parse: text, brief, placeholder } } as const
}

export function word(brief: string, placeholder: string) {
  return { parse: text, brief, placeholder } as const
}

export function optionalWord(brief: string, placeholder: string) {
  return { parse: text, brief, placeholder, optional: true } as const
}

/** Revisions and the like at the end of the line, with branches as completions. */
export function revisionList(brief: string, placeholder: string) {
  return { kind: 'array', parameter: branchWord(brief, placeholder) } as const
}

/** Filters of commits, with their kinds as completions. */
export function filterList() {
  const brief = 'KIND:TEXT, with agent, model, author, prompt, tests, signature or record'
  return { ...textList(brief, 'filter'), proposeCompletions: proposeFilters } as const
}

async function proposeFilters(partial: string): Promise<readonly string[]> {
  const { filterKinds } = await import('../repository/commit-filter.ts')
  return filterKinds.map((kind) => `${kind}:`).filter((kind) => kind.startsWith(partial))
}

/** The name of a setting, with completions. */
export function settingWord(brief: string, placeholder: string) {
  return { ...word(brief, placeholder), proposeCompletions: proposeSettings } as const
}

async function proposeSettings(partial: string): Promise<readonly string[]> {
  const { settingNames } = await import('../repository/settings.ts')
  return settingNames.filter((name) => name.startsWith(partial))
}

/** A branch, with completions. */
export function branchWord(brief: string, placeholder = 'branch') {
  return { parse: text, brief, placeholder, proposeCompletions: proposeBranches } as const
}

export function optionalBranchWord(brief: string, placeholder = 'branch') {
  return { ...branchWord(brief, placeholder), optional: true } as const
}

/** A path with conflicts, with completions. */
export const conflictedWord = {
  parse: text,
  brief: 'A file with conflicts',
  placeholder: 'path',
  proposeCompletions: proposeConflicts,
} as const

async function proposeConflicts(this: CliContext, partial: string): Promise<readonly string[]> {
  const { withWorkspace } = await import('./open-workspace.ts')
  const { conflictedPaths } = await import('../repository/explain-conflicts.ts')
  try {
    return await withWorkspace(this, async (workspace) => {
      const paths = (await conflictedPaths(workspace, [])).map(({ path }) => resolve(workspace.git.workTree, path))
      return paths.map((path) => relative(this.folder, path)).filter((path) => path.startsWith(partial))
    })
  } catch (error) {
    if (AnvcsError.is(error)) return []
    throw error
  }
}

async function proposeBranches(this: CliContext, partial: string): Promise<readonly string[]> {
  const { withWorkspace } = await import('./open-workspace.ts')
  try {
    return await withWorkspace(this, async (workspace) => {
      const names = workspace.git.refs.list('refs/heads/').map(({ name }) => name.replace('refs/heads/', ''))
      return names.filter((name) => name.startsWith(partial))
    })
  } catch (error) {
    // Nothing is proposed where there is no repository.
    if (AnvcsError.is(error)) return []
    throw error
  }
}

function numberIn(value: string, { min = 0, max, isFraction = false }: NumberRange): number {
  const pattern = isFraction ? /^\d+(?:\.\d+)?$/ : /^\d+$/
  const number = pattern.test(value.trim()) ? Number(value) : Number.NaN
  if (number >= min && number <= max) return number
  throw new AnvcsError('USAGE', {
    message: `${value} is no ${isFraction ? '' : 'whole '}number from ${min} to ${max}.`,
  })
}
