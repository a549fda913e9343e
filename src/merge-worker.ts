import { parentPort } from 'node:worker_threads'
import { AnvcsError } from './contracts/errors.ts'
import { mergeText } from './merge-on-node.ts'
import type { PoolReply, PoolRequest } from './merge-pool.ts'

// A thread of `openMergePool`: merges one file after the other.

parentPort!.on('message', ({ id, input }: PoolRequest) => {
  // A thread has no origin.
  // oxlint-disable-next-line require-post-message-target-origin
  const reply = (answer: PoolReply): void => parentPort!.postMessage(answer)
  mergeText(input).then(
    (result) => reply({ id, result }),
    (error: unknown) => {
      const { message, stack } = error instanceof Error ? error : new Error(String(error))
      const known = AnvcsError.is(error) && { code: error.code, hint: error.hint }
      reply({ id, fault: { message, ...(stack !== undefined && { stack }), ...known } })
    },
  )
})
