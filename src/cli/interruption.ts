import { AnvcsError } from '../contracts/errors.ts'
import { interruptedStatus } from './exit-code.ts'

/** Aborts at Ctrl-C or SIGTERM, with ABORTED and the name of the signal. Whoever asks twice does not wait for what is being closed. */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      const reason = new AnvcsError('ABORTED', { details: { signal: name } })
      if (controller.signal.aborted) process.exit(interruptedStatus(reason))
      controller.abort(reason)
    })
  return controller.signal
}
