import { isAbsolute, join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The user's configuration folder: `AI_VCS_CONFIG_DIR`, else `anvcs` in `XDG_CONFIG_HOME` (if absolute, as the XDG Base
 * Directory Specification wants it), else `~/.config/anvcs`. Throws CONFIG_INVALID where not even HOME is set.
 */
export function configFolder(environment: Environment): string {
  const { AI_VCS_CONFIG_DIR: own, XDG_CONFIG_HOME: xdg, HOME: home } = environment
  if (own) return own
  if (xdg && isAbsolute(xdg)) return join(xdg, 'anvcs')
  if (home) return join(home, '.config', 'anvcs')
  throw new AnvcsError('CONFIG_INVALID', {
    message: 'No folder for configuration is known.',
    hint: 'Set HOME or AI_VCS_CONFIG_DIR.',
  })
}
