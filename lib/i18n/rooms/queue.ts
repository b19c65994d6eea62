/** Questions that wait until the answer before them is done. */
const en = {
  label: 'Waiting to be sent',
  next: 'Sent when this answer is done',
  later: 'Sent after the one above',
  sending: 'Putting it in line…',
  held: {
    answer: 'The answer before it broke off, so this was not sent.',
    edited: 'Not sent while it is being edited.',
    key: 'It was to be sent with your own key, which this site does not keep.',
    refused: 'The site did not take it.',
  },
  send: 'Send now',
  edit: 'Edit',
  remove: 'Take back',
  box: 'Waiting question',
  save: 'Save',
  cancel: 'Cancel',
  gone: 'It was sent or changed elsewhere meanwhile. Your text is in the box below.',
  failed: 'The site could not be reached. Please try again.',
}

const zhCN: typeof en = {
  label: '待发送的问题',
  next: '这条回答写完后发送',
  later: '在上一条之后发送',
  sending: '正在排队…',
  held: {
    answer: '前一条回答中断了，这条还没有发送。',
    edited: '编辑期间不会发送。',
    key: '这条要用你自己的密钥发送，而本站不保存你的密钥。',
    refused: '本站没有接受这条问题。',
  },
  send: '现在发送',
  edit: '编辑',
  remove: '撤回',
  box: '待发送的问题',
  save: '保存',
  cancel: '取消',
  gone: '它已经发送，或在别处改过了。你写的内容放在下面的输入框里。',
  failed: '连不上本站，请再试一次。',
}

export const queueTexts = { en, 'zh-CN': zhCN }
