import { parentPort } from 'node:worker_threads'
import { AnvcsError } from './contracts/errors.ts'
import type { TreesOutput } from './contracts/merge-driver.ts'
import { createMergeDriver } from './merge/merge-driver.ts'
import { mergeText } from './merge-on-node.ts'
import type { PoolReply, PoolRequest, PoolResult } from './merge-pool.ts'
import { grammarFiles } from './node/grammar-files.ts'
import { nodeCrypto } from './node/crypto.ts'
import { lentTrees, type LentTrees } from './lent-trees.ts'

// A thread of a merge pool: merges one after the other.

const driver = createMergeDriver({ grammars: grammarFiles, crypto: nodeCrypto })

async function mergeTrees(lent: LentTrees): Promise<TreesOutput> {
  const trees = lentTrees(lent)
  for (;;) {
    const output = driver.mergeTrees(trees)
    if (output.status !== 'unready') return output
    await driver.prepare()
  }
}

const answer = ({ input, trees }: PoolRequest): Promise<PoolResult> => (trees ? mergeTrees(trees) : mergeText(input))

parentPort!.on('message', (request: PoolRequest) => {
  const { id } = request
  // A thread has no origin.
  // oxlint-disable-next-line require-post-message-target-origin
  const reply = (message: PoolReply): void => parentPort!.postMessage(message)
  answer(request).then(
    (result) => reply({ id, result }),
    (error: unknown) => {
      const { message, stack } = error instanceof Error ? error : new Error(String(error))
      const known = AnvcsError.is(error) && { code: error.code, hint: error.hint }
      reply({ id, fault: { message, ...(stack !== undefined && { stack }), ...known } })
    },
  )
})
