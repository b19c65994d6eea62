import type { Locale } from './locale.ts'

/** The words of the page that is shown when nothing else works, apart from the dictionaries so that it carries only these. */
export const crashTexts: Record<Locale, { title: string; text: string; retry: string; home: string }> = {
  en: {
    title: 'Something went wrong',
    text: 'Your conversations are safe on the server, and a question you were typing is kept in this browser.',
    retry: 'Try again',
    home: 'To the chat',
  },
  'zh-CN': {
    title: '页面出错了',
    text: '对话都安全地存在服务器上，正在输入的问题也保留在这个浏览器里。',
    retry: '重新加载',
    home: '回到对话',
  },
}
