import { setTimeout as delay } from 'node:timers/promises'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import { LocalSocket } from '../../../src/node/local-socket.ts'

/** Serves at a directory until it is killed or asked to `stop`, and says so on standard output; or says who holds the place. */
const socket = new LocalSocket(process.argv[2]!)
let endedFloods = 0
const result = await socket.serve({
  async handle(method, params, { signal, emit }) {
    if (method === 'echo') return params
    if (method === 'deny') throw new AnvcsError('SCOPE_DENIED', { message: 'Not you.', details: { path: 'a' } })
    if (method === 'break') throw new TypeError('a secret of the host')
    if (method === 'count') for (let i = 0; i < 1000; i++) emit({ i })
    if (method === 'large') return 'x'.repeat(1 << 20)
    if (method === 'flood')
      try {
        for (;;) {
          emit('y'.repeat(500_000))
          await delay(1, undefined, { signal })
        }
      } finally {
        endedFloods++
      }
    if (method === 'floods') return endedFloods
    if (method === 'wait') {
      emit('waiting')
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    }
    if (method === 'stop') setImmediate(() => void stop())
    return null
  },
})
console.log(result.status === 'held' ? `held ${result.holder?.pid}` : 'serving')

async function stop(): Promise<void> {
  if (result.status === 'serving') await result.server.close()
}
