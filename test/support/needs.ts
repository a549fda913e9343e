import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Context } from 'mocha'
import { projectRoot } from './project.ts'

type Hook = (this: Context) => void

interface ProgramRow {
  /** The Debian package that `.ci/run` installs; null where there is none, and a test may be skipped even there. */
  readonly package: string | null
}

/** Programs that tests may need, by name; `.ci/run` installs the packages of those that some test asks for. */
const programs = JSON.parse(readFileSync(join(projectRoot, 'test/support/programs.json'), 'utf8')) as Readonly<
  Record<string, ProgramRow>
>

/** The path of an installed program, or undefined. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

/**
 * A `before` hook: skips the suite, by name, where a program is missing. Under CI it fails instead, unless nothing can be
 * installed that has it. `before(needsProgram('chromium'))`
 */
export function needsProgram(name: string): Hook {
  const row = programs[name]
  if (!row) throw new Error(`${name} has no row in test/support/programs.json`)
  return needs(`the program ${name}`, () => findProgram(name) !== undefined, row.package !== null)
}

/** A `before` hook: the suite needs root (network namespaces, say). */
export function needsRoot(): Hook {
  return needs('root', () => process.getuid?.() === 0, true)
}

/** A `before` hook for anything else: `available` decides; `inCi` says whether the CI run must have it. */
export function needs(what: string, available: () => boolean, inCi: boolean): Hook {
  return function () {
    if (available()) return
    if (inCi && process.env['CI'] === 'true') throw new Error(`this suite needs ${what}, and CI must have it`)
    if (this.test?.parent) this.test.parent.title += ` (skipped: needs ${what})`
    this.skip()
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
