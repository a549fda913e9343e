import type { Duplex } from 'node:stream'
import type { GitProgram, GitResult } from '../git/git-program.ts'
import type { GitRepository } from '../git/repository.ts'
import type { ConflictLabels, ConflictStyle } from '../merge/merge-result.ts'
import { conflictStyle, mergeFile } from './merge-file.ts'
import { defaultDriver, driverName, mergesByLines } from './git-merge-driver.ts'

export interface MergingCall {
  /** What stands beside the markers of conflicts; ours, base and theirs unless told. */
  readonly labels?: ConflictLabels
  readonly signal: AbortSignal | undefined
}

/**
 * The driver of such a call asks this process over descriptor 3, so that no other has to start for a file: where git runs, the three files, the
 * size of markers and the path, each with NUL behind it. The answer is the exit status. Without one lines are merged, as by the driver of `init --merge-driver`.
 */
const askingDriver = [
  'trap "" PIPE',
  `s=2; { printf '%s\\0' "$PWD" %O %A %B %L %P >&3 && read -r s <&3; } 2>/dev/null`,
  '[ "$s" = 0 ] && exit 0',
  '[ "$s" = 1 ] && exit 1',
  mergesByLines,
].join('; ')
const fieldCount = 6
/** A path of 4096 bytes, the folder, and three short names. */
const maxQuestionBytes = 16384

/**
 * Calls git, which merges the content of files as `mergeText` does. Attributes (gitattributes(5), "merge"), and a driver that `merge.default` names, go before.
 * Throws as `GitProgram.call`.
 */
export async function callMerging(
  git: GitRepository,
  program: GitProgram,
  args: readonly string[],
  call: MergingCall,
): Promise<GitResult> {
  const { signal } = call
  const chosen = git.config.get(defaultDriver)
  if (chosen !== undefined && chosen !== driverName) return program.call(args, { signal })
  const settings = ['-c', `${defaultDriver}=${driverName}`, '-c', `merge.${driverName}.driver=${askingDriver}`]
  const style = conflictStyle(git.config.get('merge.conflictstyle'))
  let failure: unknown
  const result = await program.call([...settings, ...args], {
    signal,
    onAsked: (asked) =>
      void answerAll(asked, { ...call, style }).catch((error: unknown) => {
        failure = error
        asked.destroy()
      }),
  })
  if (failure) throw failure
  return result
}

interface Answering extends MergingCall {
  readonly style: ConflictStyle
}

async function answerAll(asked: Duplex, answering: Answering): Promise<void> {
  for await (const question of questions(asked)) {
    const status = await answer(question, answering)
    if (asked.writable) asked.write(`${status}\n`)
  }
}

/** Git merges one file after the other. */
async function* questions(asked: Duplex): AsyncGenerator<readonly string[]> {
  let text = ''
  try {
    for await (const chunk of asked.setEncoding('utf8')) {
      text += chunk as string
      if (text.length > maxQuestionBytes) return
      const fields = text.split('\0')
      if (fields.length <= fieldCount) continue
      text = ''
      yield fields
    }
  } catch {
    // Git has ended, and the descriptor was closed while something in the background still held it.
  }
}

async function answer(fields: readonly string[], answering: Answering): Promise<number> {
  const [folder, base, left, right, size, path] = fields as [string, string, string, string, string, string]
  const files = { folder, base, left, right, path, markerSize: Number(size) }
  const { status } = await mergeFile({ ...answering, ...files, style: () => answering.style })
  return status === 'clean' ? 0 : 1
}
