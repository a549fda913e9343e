import { randomInt } from 'node:crypto'
import { defineCommand } from '../define-command.ts'
import { exitStatus } from '../exit-code.ts'
import { optionalNumber, optionalText } from '../parameters.ts'
import { resolve } from 'node:path'

export const demoCommand = defineCommand<{ repo?: string; seed?: number; keep?: string }>({
  brief: 'Show it all: three processes, one of them cut off, nothing lost',
  about:
    'Clones the repository that you are in (or --repo) into a temporary folder and runs a room there; yours is only read. Exits with 1 if a\ncheck fails.',
  examples: [
    ['ai-vcs demo', 'with this repository'],
    ['ai-vcs demo --seed 7 --keep ./demo', 'the same edits again, and the clones kept'],
  ],
  flags: {
    repo: optionalText('The repository to clone', 'folder'),
    seed: optionalNumber('Decides all random choices', 'number', { max: 1_000_000_000 }),
    keep: optionalText('Keep the clones in this folder', 'folder'),
  },
  run: async (context, { repo, seed = randomInt(1_000_000), keep }) => {
    const { runDemo } = await import('../demo/demo.ts')
    const { scoreboard } = await import('../demo/scoreboard.ts')
    const { output, environment, folder, signal } = context
    const report = await runDemo({
      repository: resolve(folder, repo ?? '.'),
      seed,
      environment,
      signal,
      onProgress: (text) => output.progress(text),
      ...(keep !== undefined && { keep: resolve(folder, keep) }),
    })
    output.result(report, () => scoreboard(report))
    return report.ok ? exitStatus.ok : exitStatus.conflict
  },
})
