import { AnvcsError } from '../../contracts/errors.ts'
import type { MergeProposer } from '../../contracts/merge-proposer.ts'
import { fromUtf8 } from '../../lib/bytes.ts'
import { maxAnswerUnits } from '../../merge/proposals/read-answer.ts'
import { runInGroup } from '../guards/run-in-group.ts'

/** A program that gets the request as JSON on its standard input, and prints its answer as JSON. */
export interface CommandProposerOptions {
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[]
  readonly model: string
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly timeoutMs: number
}

/** Asks a program. It is ended, with all that it has started, where it takes too long or prints too much. */
export function commandProposer(options: CommandProposerOptions): MergeProposer {
  const { command, model, folder, environment, timeoutMs } = options
  return {
    model,
    async propose(request, signal) {
      const printed: Buffer[] = []
      let bytes = 0
      const onOutput = (chunk: Buffer, from: 'stdout' | 'stderr') => {
        if (from === 'stderr') return true
        bytes += chunk.length
        if (bytes <= maxAnswerUnits) printed.push(chunk)
        return bytes <= maxAnswerUnits
      }
      const input = `${JSON.stringify(request)}\n`
      const end = await runInGroup({ command, folder, environment, input, timeoutMs, onOutput, signal })
      if (end.how !== 'exit') {
        const whys = {
          output: `it prints more than ${maxAnswerUnits} bytes`,
          timeout: `it takes more than ${timeoutMs / 1000} s`,
          missing: `there is no program ${command[0]}`,
        }
        throw failed(whys[end.how])
      }
      if (end.exitStatus !== 0) throw failed(`it ends with exit status ${end.exitStatus}`)
      const text = fromUtf8(Buffer.concat(printed))
      if (text === undefined) throw failed('what it prints is not UTF-8')
      return text
    },
  }
}

function failed(why: string): AnvcsError {
  return new AnvcsError('PROPOSER_FAILED', { message: `The proposer gives no answer: ${why}.` })
}
