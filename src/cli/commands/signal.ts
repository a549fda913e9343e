import { defineCommand } from '../define-command.ts'
import { endedStatus } from '../exit-code.ts'
import { optionalNumber, optionalText } from '../parameters.ts'
import { untilAborted } from '../until-aborted.ts'

export const signalCommand = defineCommand<{ port?: number; host?: string }>({
  brief: 'Run a signaling server',
  about:
    'Members of rooms find each other there. It sees sealed envelopes only, keeps nothing, and speaks the dialect of y-webrtc.',
  examples: [
    ['ai-vcs signal --port 4444', 'for this machine'],
    ['ai-vcs signal --port 4444 --host 0.0.0.0', 'for everybody who reaches it'],
  ],
  flags: {
    port: optionalNumber('Where to listen; any free port unless told', 'port', { max: 65_535 }),
    host: optionalText('The address to listen on; 127.0.0.1 unless told', 'address'),
  },
  run: async (context, { port, host }) => {
    const { startSignalingServer } = await import('../../../signaling/server/index.ts')
    const { output, signal } = context
    await using server = await startSignalingServer({
      ...(port !== undefined && { port }),
      ...(host !== undefined && { host }),
    })
    output.event(
      { event: 'listening', url: server.url, port: server.port },
      `Signaling at ${server.url}; Ctrl-C ends it`,
    )
    await untilAborted(signal)
    output.event({ event: 'stopped', ...server.stats() }, `Stopped after ${server.stats().messagesIn} messages`)
    return endedStatus(signal.reason)
  },
})
