/** What people are asked to accept before their first question. */
const en = {
  title: 'Before your first question',
  changed: 'The terms have changed while you were reading. Please look at them again.',
  points: {
    unofficial: '{site} is an unofficial service. It is not affiliated with OpenAI.',
    openai: 'Your messages are sent to OpenAI in the United States, to be answered there.',
    compatible: 'Your messages are sent to {host}, a server that the operator has chosen.',
    demo: 'At present a demonstration on this site answers; your messages do not leave it.',
    wrong: 'Answers are written by AI and can be wrong.',
  },
  read: 'Please read both. They open in a new tab, and your text stays here.',
  terms: 'Terms of use',
  privacy: 'Privacy notice',
  age: 'I am {age} years old or older.',
  accept: 'Accept and send',
  decline: 'Not now',
  sending: 'One moment…',
  loading: 'Loading…',
  failed: 'The site cannot be reached just now. Your text is kept.',
  retry: 'Try again',
}

const zhCN: typeof en = {
  title: '提出第一个问题之前',
  changed: '就在你阅读的时候，条款有了变动，请再看一遍。',
  points: {
    unofficial: '{site} 是非官方服务，与 OpenAI 无关联。',
    openai: '你的消息会发送到境外，由美国的 OpenAI 作答。',
    compatible: '你的消息会发送到运营者选定的服务器 {host}，由它作答。',
    demo: '目前由本站内置的演示程序作答，你的消息不会离开本站。',
    wrong: '回答由人工智能生成，可能有误。',
  },
  read: '请阅读以下两份文件。它们在新标签页中打开，你写的文字留在这里。',
  terms: '服务条款',
  privacy: '隐私说明',
  age: '我已年满 {age} 周岁。',
  accept: '同意并发送',
  decline: '暂不',
  sending: '请稍候…',
  loading: '正在加载…',
  failed: '暂时连不上网站。你写的文字已留好。',
  retry: '重试',
}

export const termsTexts = { en, 'zh-CN': zhCN }
