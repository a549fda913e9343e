import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { AnvcsError } from '../../contracts/errors.ts'
import type { MergeProposer, ProposalRequest } from '../../contracts/merge-proposer.ts'
import { requestDigest } from './request-digest.ts'

/** One exchange with a proposer, a line of JSON in a file of them. */
interface Exchange {
  readonly digest: string
  readonly model: string
  readonly request: ProposalRequest
  readonly answer: string
}

const maxFileBytes = 64 * 1024 * 1024

/** Asks a proposer, and adds each exchange to a file that only its owner reads. */
export function recordingProposer(proposer: MergeProposer, file: string): MergeProposer {
  const { model } = proposer
  return {
    model,
    async propose(request, signal) {
      const answer = await proposer.propose(request, signal)
      const exchange: Exchange = { digest: requestDigest(request), model, request, answer }
      appendFileSync(file, `${JSON.stringify(exchange)}\n`, { mode: 0o600 })
      return answer
    },
  }
}

/** Answers from such a file, and asks nobody: the same request gets the answer that was recorded last. Throws CONFIG_INVALID where it is no such file. */
export function replayingProposer(file: string): MergeProposer {
  const answers = new Map<string, Exchange>()
  for (const exchange of readExchanges(file)) answers.set(exchange.digest, exchange)
  const [first] = answers.values()
  return {
    model: first?.model ?? 'none',
    propose(request) {
      const found = answers.get(requestDigest(request))
      if (found) return Promise.resolve(found.answer)
      const message = `No answer to the question about ${request.path} was recorded.`
      return Promise.reject(
        new AnvcsError('PROPOSER_FAILED', { message, hint: 'Record it anew: ask without `proposer.replay`.' }),
      )
    },
  }
}

function readExchanges(file: string): readonly Exchange[] {
  try {
    if (statSync(file).size > maxFileBytes) throw new Error('too large')
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
    return lines.map((line) => {
      const { digest, model, request, answer } = JSON.parse(line) as Partial<Exchange>
      if (typeof digest !== 'string' || typeof model !== 'string' || typeof answer !== 'string' || !request)
        throw new Error('no exchange')
      return { digest, model, request, answer }
    })
  } catch (cause) {
    throw new AnvcsError('CONFIG_INVALID', {
      message: `${file} holds no exchanges with a proposer.`,
      hint: 'Check `proposer.replay`.',
      cause,
    })
  }
}
