import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AnvcsError } from '../../contracts/errors.ts'
import { escapeLine } from '../../provenance/message-escape.ts'
import type { CommitRequest, CommitResult } from '../../repository/commit.ts'
import { shortId } from '../commit-text.ts'
import { count } from '../count.ts'
import type { CliContext } from '../context.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { optionalNumber, optionalText, textList, toggle, wordList } from '../parameters.ts'

interface Flags {
  readonly message?: readonly string[]
  readonly all: boolean
  readonly mine: boolean
  readonly allowEmpty: boolean
  readonly noVerify: boolean
  readonly quiet: boolean
  readonly prompt?: string
  readonly promptFile?: string
  readonly model?: string
  readonly agent?: string
  readonly testReport?: string
  readonly tests?: 'passed' | 'failed'
  readonly coverage?: number
}

export const commitCommand = defineCommand<Flags, string[]>({
  brief: 'Commit what is staged, with a record of who and what made it',
  about:
    'Makes a plain Git commit, signed with your member key; the record lies in its note and is covered by the signature. Prompts and\nreports are redacted before they are stored. No network is needed.',
  examples: [
    ['ai-vcs commit -m "feat: X"', 'what is staged'],
    ['ai-vcs commit -a -m "feat: X" --prompt "Implement X" --model gpt-4o --agent builder', 'with its making'],
    ['ai-vcs commit -m "test: Y" --test-report ./tests.json --coverage 87.5', 'with a test report'],
  ],
  flags: {
    message: textList(
      'The message; each further one is a paragraph; - reads standard input; what Git has prepared for a merge unless told',
      'text',
    ),
    all: toggle('All tracked changes, staged or not; in a room also files that were made in it'),
    mine: toggle('Only files that you changed in the room'),
    allowEmpty: toggle('Commit even if nothing has changed'),
    noVerify: toggle('Run neither pre-commit nor commit-msg'),
    quiet: toggle('Say nothing of a commit that was made; what hooks print is shown'),
    prompt: optionalText('What the agent was asked', 'text'),
    promptFile: optionalText('The same from a file', 'file'),
    model: optionalText('The model; commit.model unless told', 'name'),
    agent: optionalText('The agent; commit.agent unless told', 'name'),
    testReport: optionalText(
      'A test report (JSON); tells by itself whether tests passed, where it is from mocha or jest',
      'file',
    ),
    tests: { kind: 'enum', values: ['passed', 'failed'], optional: true, brief: 'How the tests went' },
    coverage: optionalNumber('Percent of the code that tests reach', 'percent', { max: 100, isFraction: true }),
  },
  aliases: { m: 'message', a: 'all', n: 'noVerify', q: 'quiet' },
  positional: wordList('Only these files, as they are on disk; folders and patterns, too', 'path'),
  run: async (context, flags, ...words) => {
    const { commit } = await import('../../repository/commit.ts')
    const { refuseWithinCommit } = await import('../../repository/git-hooks.ts')
    const { packRequest } = await import('../../repository/host-methods.ts')
    const { inRoom } = await import('../../repository/in-room.ts')
    const { settingsOf } = await import('../../repository/read-settings.ts')
    const { pathspecsOf } = await import('../../repository/tree-path-of.ts')
    const { output, signal, folder } = context
    const given = await requestOf(context, flags)
    await withWorkspace(context, async (workspace) => {
      refuseWithinCommit(workspace.git, context.environment)
      const { values } = await settingsOf(workspace)
      const agent = flags.agent ?? values['commit.agent']
      const model = flags.model ?? values['commit.model']
      const request: CommitRequest = {
        ...given,
        ...(agent && { agent }),
        ...(model && { model }),
        ...(words.length && { paths: await pathspecsOf(workspace.git, folder, words) }),
      }
      const result = await inRoom(workspace, {
        method: 'commit',
        params: packRequest(request),
        here: (host) => commit(workspace, host, { ...request, ...output.hookListener, signal }),
        signal,
      })
      output.hooks(result.hookOutput)
      if (output.isJson || !flags.quiet) output.result(result, () => resultText(result))
    })
  },
})

async function requestOf(context: CliContext, flags: Flags): Promise<CommitRequest> {
  const { all, mine, allowEmpty, noVerify, prompt, promptFile, testReport, tests, coverage } = flags
  const message = await messageOf(context, flags.message ?? [])
  const read = (path: string) => readFor(context, path)
  const asked = promptFile === undefined ? prompt : new TextDecoder().decode(await read(promptFile))
  return {
    ...(message && { message }),
    all,
    mine,
    allowEmpty,
    noVerify,
    environment: context.environment,
    ...(asked !== undefined && { prompt: asked }),
    ...(testReport !== undefined && { testReport: new Uint8Array(await read(testReport)) }),
    ...(tests && { testsPassed: tests === 'passed' }),
    ...(coverage !== undefined && { coverage }),
  }
}

async function messageOf(context: CliContext, given: readonly string[]): Promise<string | undefined> {
  if (!given.length) return undefined
  const parts: string[] = []
  for (const part of given) parts.push(part === '-' ? await context.readInput() : part)
  // As git: each is a paragraph, and white space is commit.cleanup's matter.
  const message = parts.reduce((before, part) => {
    const whole = (before && `${before}\n`) + part
    return whole === '' || whole.endsWith('\n') ? whole : `${whole}\n`
  }, '')
  if (message.trim()) return message
  throw new AnvcsError('USAGE', { message: 'The message is empty.', hint: 'Give one with `-m TEXT`.' })
}

async function readFor({ folder, signal }: CliContext, path: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(folder, path), { signal })
  } catch (cause) {
    signal.throwIfAborted()
    throw new AnvcsError('USAGE', { message: `${path} cannot be read.`, hint: 'Check the path.', cause })
  }
}

function resultText(result: CommitResult): string {
  const { commit, branch, parents, paths, partial, unshared, contributors, redacted, changeId, subject } = result
  const name = branch?.replace('refs/heads/', '') ?? 'detached HEAD'
  const root = parents.length ? '' : ' (root-commit)'
  const others = contributors.map(({ name, operations }) => `${name} (${operations})`)
  return [
    `[${escapeLine(name)}${root} ${shortId(commit)}] ${escapeLine(subject)}`,
    ` ${count(paths.length, 'file')}, change ${shortId(changeId)}`,
    ...(others.length ? [` edits by ${escapeLine(others.join(', '))}`] : []),
    ...(redacted.length ? [` left out of its record, as secrets: ${escapeLine(redacted.join(', '))}`] : []),
    ...(partial.length ? [` staged in part: ${escapeLine(partial.join(', '))}`] : []),
    ...(unshared.length
      ? [` in the commit, but not in the room (the name is not allowed there): ${escapeLine(unshared.join(', '))}`]
      : []),
  ].join('\n')
}
