import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { runHook, type HookCall, type HookName } from './hooks.ts'
import type { GitRepository } from './repository.ts'

/** A message on its way into a commit. */
export interface MessageDraft {
  readonly text: string
  /** Given by the user, or prepared by Git for a merge, a squash or a pick: then its comments go. */
  readonly source: 'message' | 'merge'
  /** Those of the commit's hooks that are to run. */
  readonly hooks: readonly HookName[]
  readonly call: HookCall
}

/** Of `commit.cleanup` (git-commit(1), --cleanup); where no editor is opened three of them are `whitespace`. */
const cleanupModes = ['default', 'scissors', 'strip', 'verbatim', 'whitespace']

/** The message as `git commit` would store it: its hooks have seen it, then white space is tidied (commit.cleanup). Throws USAGE. */
export async function finishMessage(
  repository: GitRepository,
  { text, source, hooks, call }: MessageDraft,
): Promise<{ readonly message: string; readonly output: string }> {
  const file = join(repository.gitDir, 'COMMIT_EDITMSG')
  let message = await cleaned(repository, text, source === 'merge')
  let output = ''
  for (const name of ['prepare-commit-msg', 'commit-msg'] as const) {
    if (!hooks.includes(name)) continue
    await writeFile(file, message)
    const args = name === 'commit-msg' ? [file] : [file, source]
    output += await runHook(repository, name, { ...call, args })
    message = await cleaned(repository, await readLeft(file, name), false)
  }
  refuseUnstorable(message)
  if (message.trim()) return { message, output }
  throw new AnvcsError('USAGE', { message: 'The message is empty.', hint: 'Give one with `-m TEXT`.' })
}

/** Throws USAGE for what a commit cannot hold, and for what was lost when bytes were read that are no UTF-8: git would keep those. */
export function refuseUnstorable(message: string): void {
  if (message.includes('\0'))
    throw new AnvcsError('USAGE', {
      message: 'The message has a NUL byte in it.',
      hint: 'Leave it out: Git cannot store it.',
    })
  if (!message.includes('\ufffd')) return
  throw new AnvcsError('USAGE', {
    message: 'The message is not in UTF-8.',
    hint: 'Give it in UTF-8 with `-m TEXT`, or commit with `git commit`, which heeds i18n.commitEncoding.',
  })
}

/** What a hook has left of the message. Throws HOOK_REFUSED where it has removed the file. */
async function readLeft(file: string, hook: HookName): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause
    throw new AnvcsError('HOOK_REFUSED', {
      message: `The hook ${hook} has removed the file of the message.`,
      details: { hook },
      cause,
    })
  })
}

async function cleaned({ config, git }: GitRepository, text: string, isPrepared: boolean): Promise<string> {
  const mode = config.get('commit.cleanup')
  if (mode !== undefined && !cleanupModes.includes(mode))
    throw new AnvcsError('CONFIG_INVALID', {
      message: `commit.cleanup is ${mode}, which Git does not know.`,
      hint: `Set it to one of ${cleanupModes.join(', ')}.`,
    })
  if (isPrepared || mode === 'strip')
    return new TextDecoder().decode(await git.run(['stripspace', '--strip-comments'], { input: text }))
  return mode === 'verbatim' ? text : tidied(text)
}

/** As git-stripspace(1): no space at the end of lines, no blank lines but single ones between others. */
function tidied(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/[ \t\r\v\f]+$/, ''))
  const kept = lines.filter((line, at) => line || lines[at - 1])
  const body = kept.join('\n').replace(/^\n+|\n+$/g, '')
  return body && `${body}\n`
}
