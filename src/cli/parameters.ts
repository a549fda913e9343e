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

export function optionalNumber(brief: string, placeholder: string, max: number) {
  return {
    kind: 'parsed',
    parse: (value: string) => numberUpTo(value, max),
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

function numberUpTo(value: string, max: number): number {
  const number = value.trim() === '' ? Number.NaN : Number(value)
  if (number >= 0 && number <= max) return number
  throw new AnvcsError('USAGE', { message: `${value} is no number from 0 to ${max}.` })
}
