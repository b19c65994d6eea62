import { Code, Globe, Image as ImageIcon } from 'lucide-react'
import type { HostedTool } from '#lib/chat/hosted-tools.ts'

/** The signs of OpenAI's own tools. */
export const toolIcons = {
  web_search: Globe,
  code_interpreter: Code,
  image_generation: ImageIcon,
} satisfies Record<HostedTool, typeof Globe>
