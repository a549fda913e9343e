import { parseArgs } from 'node:util'
import { randomInt } from 'node:crypto'
import { AnvcsError } from '../../contracts/errors.ts'
import { interruptedStatus } from '../exit-code.ts'
import { interruption } from '../interruption.ts'
import { runDemo } from './demo.ts'
import { scoreboard } from './scoreboard.ts'

// `npm run demo`: the demo of this checkout.
const usage = 'npm run demo -- [--repo PATH] [--seed N] [--json] [--keep DIR]'
const signal = interruption()

try {
  const options = readOptions()
  const begin = Date.now()
  const report = await runDemo({
    ...options,
    environment: process.env,
    signal,
    onProgress: (text) => process.stderr.write(`${((Date.now() - begin) / 1000).toFixed(1).padStart(5)} s  ${text}\n`),
  })
  process.stdout.write(options.isJson ? `${JSON.stringify({ schemaVersion: 1, ...report })}\n` : scoreboard(report))
  process.exitCode = report.ok ? 0 : 1
} catch (error) {
  const isKnown = AnvcsError.is(error)
  process.stderr.write(isKnown ? `error ${error.code}: ${error.message}\nhint: ${error.hint}\n` : `${String(error)}\n`)
  process.exitCode = signal.aborted ? interruptedStatus(signal.reason) : isKnown && error.kind === 'usage' ? 2 : 1
}

function readOptions(): {
  readonly repository: string
  readonly seed: number
  readonly isJson: boolean
  readonly keep?: string
} {
  const { values } = parsed()
  const seed = values.seed === undefined ? randomInt(1_000_000) : Number(values.seed)
  if (!Number.isSafeInteger(seed))
    throw new AnvcsError('USAGE', { message: 'The seed is no whole number.', hint: usage })
  const { repo = process.cwd(), keep, json = false } = values
  return { repository: repo, seed, isJson: json, ...(keep !== undefined && { keep }) }
}

function parsed() {
  try {
    return parseArgs({
      options: {
        repo: { type: 'string' },
        seed: { type: 'string' },
        keep: { type: 'string' },
        json: { type: 'boolean' },
      },
    })
  } catch (cause) {
    throw new AnvcsError('USAGE', {
      message: cause instanceof Error ? cause.message : String(cause),
      hint: usage,
      cause,
    })
  }
}
