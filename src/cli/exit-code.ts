import { AnvcsError, type ErrorKind } from '../contracts/errors.ts'

/** The exit status of a command, and what it tells a script. docs/cli.md, "Exit status". */
export const exitStatus = {
  ok: 0,
  /** A conflict, or findings: the command did what it could, and something is left to decide. */
  conflict: 1,
  usage: 2,
  /** The network was needed, and nobody was reachable. */
  unreachable: 3,
  denied: 4,
  guard: 5,
  internal: 70,
  /** Ctrl-C. */
  interrupted: 130,
  /** SIGTERM, before it was done. */
  terminated: 143,
} as const

const byKind: Readonly<Record<ErrorKind, number>> = {
  conflict: exitStatus.conflict,
  usage: exitStatus.usage,
  unreachable: exitStatus.unreachable,
  denied: exitStatus.denied,
  guard: exitStatus.guard,
  corrupt: exitStatus.internal,
  unsupported: exitStatus.internal,
  closed: exitStatus.internal,
  internal: exitStatus.internal,
}

/** The exit status for what a command threw. */
export function exitStatusOf(error: unknown): number {
  if (!AnvcsError.is(error)) return exitStatus.internal
  return error.code === 'ABORTED' ? interruptedStatus(error) : byKind[error.kind]
}

/** The exit status of a command that was ended before it was done, for the reason of its signal: as a shell tells it. */
export function interruptedStatus(reason: unknown): number {
  const isTerm = AnvcsError.is(reason, 'ABORTED') && reason.details['signal'] === 'SIGTERM'
  return isTerm ? exitStatus.terminated : exitStatus.interrupted
}

/**
 * The exit status of a command that runs until it is ended, and has closed well: whoever stops a service by SIGTERM takes only
 * 0 for success (systemd.service(5), "SuccessExitStatus=").
 */
export function endedStatus(reason: unknown): number {
  const status = interruptedStatus(reason)
  return status === exitStatus.terminated ? exitStatus.ok : status
}

/** The library that reads the command line has numbers of its own: below zero for its errors. */
export function exitStatusOfParser(code: number | string | null | undefined): number {
  const number = Number(code ?? 0)
  if (number >= 0) return number
  const isInput = number === -4 || number === -5
  return isInput ? exitStatus.usage : exitStatus.internal
}
