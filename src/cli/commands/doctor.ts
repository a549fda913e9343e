import { escapeLine } from '../../provenance/message-escape.ts'
import { defineCommand } from '../define-command.ts'
import { exitStatus } from '../exit-code.ts'

export const doctorCommand = defineCommand({
  brief: 'Look at everything that ai-vcs needs here',
  about:
    'Programs, repository, keys and their permissions, settings, WebRTC, ports, signaling. Exits with 1 if something is amiss.',
  examples: [
    ['ai-vcs doctor', 'in the repository in question'],
    ['ai-vcs doctor --json', 'for a report'],
  ],
  flags: {},
  run: async (context) => {
    const { diagnose } = await import('../../repository/doctor.ts')
    const { output, folder, environment, signal } = context
    const { style } = output
    const onCheck = (name: string) => output.progress(`looking at ${name} …`)
    const checks = await diagnose({ folder, environment, signal, onCheck })
    const marks = {
      ok: style.good('ok'),
      warning: style.notable('warning'),
      failed: style.bad('failed'),
      skipped: style.faint('skipped'),
    }
    const isWell = checks.every(({ status }) => status !== 'failed')
    output.result({ isWell, checks }, () =>
      checks
        .flatMap(({ name, status, message, hint }) => [
          `${marks[status]}${' '.repeat(8 - status.length)} ${name.padEnd(10)} ${escapeLine(message)}`,
          ...(hint ? [`${' '.repeat(20)}${escapeLine(hint)}`] : []),
        ])
        .join('\n'),
    )
    return isWell ? exitStatus.ok : exitStatus.conflict
  },
})
