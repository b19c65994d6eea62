import { type HostedTool, hostedTools } from '../chat/hosted-tools.ts'
import { readBy } from '../setting-kinds.ts'

/** Which of OpenAI's own tools the chat offers. A group of `lib/config.ts`, which spreads it in. */

const isHosted = (name: string): name is HostedTool => hostedTools.some((tool) => tool === name)

/** Reads `web_search,code_interpreter`, or `off`. Throws a RangeError. */
function parseTools(text: string): readonly HostedTool[] {
  if (text.trim() === 'off') return []
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !isHosted(name))
  if (unknown === undefined) return hostedTools.filter((tool) => names.includes(tool))
  throw new RangeError(`must be off, or a list of ${hostedTools.join(', ')}; not ${unknown || 'empty'}`)
}

export const toolSettings = {
  CHAT_TOOLS: {
    schema: readBy(parseTools).default(hostedTools),
    meta: {
      group: 'upstream' as const,
      about:
        'Which of OpenAI’s own tools people may switch on in a conversation, comma-separated: `web_search`, `code_interpreter`, `image_generation`; `off` for none. They exist in the Responses API only (OPENAI_API), and OpenAI bills each use beside the tokens.',
      fallback: 'all three',
      example: 'web_search',
    },
  },
}
