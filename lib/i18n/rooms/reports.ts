/** Why something is reported; the same for those who report and those who decide. */
const reasonsEn = {
  illegal: 'Against the law',
  harmful: 'Dangerous, hateful or threatening',
  sexual: 'Sexual, or endangers children',
  privacy: 'Reveals personal information',
  rights: 'Infringes my rights',
  wrong: 'Wrong in a way that does harm',
  other: 'Something else',
}

const reasonsZhCN: typeof reasonsEn = {
  illegal: '违反法律法规',
  harmful: '危险、仇恨或威胁性内容',
  sexual: '色情内容，或危害未成年人',
  privacy: '泄露他人信息',
  rights: '侵犯我的权益',
  wrong: '错误且会造成伤害',
  other: '其他',
}

/** Reporting an answer, or a shared conversation. */
const en = {
  title: 'Report this answer',
  shareTitle: 'Report this page',
  about:
    'Those who run this site get a copy of the answer with what you say here, and see who reports. They do not see the rest of the conversation.',
  shareAbout: 'Those who run this site get a copy of this page with what you say here.',
  reason: 'What is wrong with it?',
  comment: 'Anything they should know? (optional)',
  send: 'Send the report',
  sending: 'Sending…',
  sent: 'Thank you. The report is with those who run this site.',
  close: 'Close',
  faults: {
    too_many_reports: 'You have sent many reports today. Please continue tomorrow.',
    not_found: 'This answer is no longer on this site.',
    other: 'That did not work. Please try again.',
  },
  reasons: reasonsEn,
}

const zhCN: typeof en = {
  title: '举报这条回答',
  shareTitle: '举报本页',
  about: '本站运营者会收到这条回答的副本和你在这里写的内容，并能看到举报人是谁；看不到对话的其余部分。',
  shareAbout: '本站运营者会收到本页的副本和你在这里写的内容。',
  reason: '有什么问题？',
  comment: '还有要说明的吗？（可不填）',
  send: '提交举报',
  sending: '正在提交…',
  sent: '谢谢。举报已交给本站运营者。',
  close: '关闭',
  faults: {
    too_many_reports: '今天的举报太多了，请明天再来。',
    not_found: '这条回答已不在本站。',
    other: '没有成功，请重试。',
  },
  reasons: reasonsZhCN,
}

/** The console's queue. */
const queueEn = {
  title: 'Reports',
  waiting: '({count} open)',
  intro:
    'What people reported, oldest first, and what was done about it. Each report has a copy of what it is about.',
  none: 'No reports are waiting.',
  open: 'Open',
  closed: 'Closed',
  share: 'Shared page',
  answer: 'Answer in the reporter’s own conversation',
  gone: 'withdrawn',
  by: 'Reported by {name}',
  byNobody: 'Reported by a guest or a reader',
  show: 'What was reported',
  note: 'Note',
  act: 'Close the report',
  actions: {
    dismissed: 'Dismissed: no reason to act',
    share_removed: 'Shared page withdrawn',
    other: 'Something else (see the note)',
  },
  choose: 'Decision',
  done: '{action} · {name}, {time}',
  formerly: 'a former admin',
  codes: {
    report_closed: 'Somebody has closed this report already. Please reload the page.',
    share_gone: 'The shared page is gone already. Please choose another decision.',
  },
  noteMissing: 'Please write down what was done.',
}

const queueZhCN: typeof queueEn = {
  title: '举报',
  waiting: '（{count} 条待处理）',
  intro: '人们举报的内容和处理结果，待处理的按时间先后排列。每条举报都带有被举报内容的副本。',
  none: '没有待处理的举报。',
  open: '待处理',
  closed: '已处理',
  share: '分享页',
  answer: '举报人自己对话中的回答',
  gone: '已撤回',
  by: '举报人：{name}',
  byNobody: '举报人：访客或读者',
  show: '被举报的内容',
  note: '处理说明',
  act: '结束处理',
  actions: {
    dismissed: '驳回：无须处理',
    share_removed: '已撤回分享页',
    other: '其他处理（见说明）',
  },
  choose: '处理方式',
  done: '{action} · {name}，{time}',
  formerly: '已离任的管理员',
  codes: {
    report_closed: '这条举报已有人处理，请刷新页面。',
    share_gone: '分享页已不存在，请选择其他处理方式。',
  },
  noteMissing: '请写明做了什么。',
}

export const reportTexts = { en, 'zh-CN': zhCN }
export const reportQueueTexts = {
  en: { ...queueEn, reasons: reasonsEn },
  'zh-CN': { ...queueZhCN, reasons: reasonsZhCN },
}
