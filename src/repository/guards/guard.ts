import { nodeCrypto } from '../../node/crypto.ts'
import { toHex, utf8 } from '../../lib/bytes.ts'
import { canonicalJson } from '../../provenance/canonical-json.ts'

/** A command that is run on the result of a merge, in a scratch work tree of it: it says whether that is right, or computes files of it. */
export interface Guard {
  readonly name: string
  /** A line for `/bin/sh`, or a program and its arguments, which no shell reads. */
  readonly run: string | readonly string[]
  /** Patterns of gitignore(5): only a merge that concerns such a path runs it. None: every merge does. */
  readonly when: readonly string[]
  /** Patterns of gitignore(5): it computes such files of a merge. None: it is run to hear whether the merge is right. */
  readonly writes: readonly string[]
  readonly timeoutSeconds: number
}

/** What a guard has to be, in words. */
export const guardWants = 'a command, or run with when or writes, and timeoutSeconds (1 to 3600)'
/** Of one file. */
export const maxGuards = 16

const maxCommandLength = 4096
const maxArguments = 64
const maxPatterns = 64
const maxTimeoutSeconds = 3600
const usualTimeoutSeconds = 600

/** The guard that a value of a settings file describes: a command, or a map. Undefined where it describes none. */
export function readGuard(name: string, value: unknown): Guard | undefined {
  if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(name)) return undefined
  const map = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { run: value }
  const facts = map as Readonly<Record<string, unknown>>
  const { run, when = [], writes = [], timeoutSeconds = usualTimeoutSeconds, ...others } = facts
  if (Object.keys(others).length) return undefined
  if (!isCommand(run) || !isList(when, maxPatterns) || !isList(writes, maxPatterns)) return undefined
  // What it writes says when it is run.
  if (facts['writes'] !== undefined && (!writes.length || facts['when'] !== undefined)) return undefined
  if (typeof timeoutSeconds !== 'number' || !(timeoutSeconds >= 1 && timeoutSeconds <= maxTimeoutSeconds))
    return undefined
  return { name, run, when, writes, timeoutSeconds }
}

/** SHA-256 of what one or more guards do, in hexadecimal: any change of them changes it. */
export function guardDigest(guards: readonly Guard[]): string {
  const plain = guards.map(({ name, run, when, writes, timeoutSeconds }) => ({
    name,
    run,
    when,
    ...(writes.length && { writes }),
    timeoutSeconds,
  }))
  return toHex(nodeCrypto.sha256(utf8(canonicalJson(plain))))
}

function isCommand(value: unknown): value is Guard['run'] {
  if (typeof value === 'string') return isPart(value) && value.trim() !== ''
  return isList(value, maxArguments) && value.length > 0 && value[0] !== ''
}

function isList(value: unknown, maxLength: number): value is readonly string[] {
  return Array.isArray(value) && value.length <= maxLength && value.every(isPart)
}

function isPart(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxCommandLength && !/[\0\ud800-\udfff]/u.test(value)
}
