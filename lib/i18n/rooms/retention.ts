/** How long things are kept: for everybody, and for those who run the site. */
const en = {
  unusedTitle: 'How long conversations are kept',
  unusedAbout:
    'On this site, conversations that you have not touched for {days} are erased automatically, pinned ones too, with their files. Export what you want to keep.',
  title: 'Automatic clean-up',
  last: 'What was erased in the last {days} because its time was over. The last clean-up was on {date}.',
  never: 'There has been no clean-up yet.',
  nothing: 'Nothing was due.',
  failing: 'It has been failing since {date}. The log says why (housekeeping_failed).',
  kinds: {
    unusedConversations: 'Conversations that nobody used',
    deletedConversations: 'Deleted conversations',
    guests: 'Guests, with everything of theirs',
    files: 'Files',
    rawResponses: 'Raw responses',
    shares: 'Shared links',
    records: 'Reports and notes',
    traces: 'Past sessions, links and wrong tries',
  },
}

const zhCN: typeof en = {
  unusedTitle: '对话保留多久',
  unusedAbout: '在本站，{days}没有动过的对话会自动清除，置顶的也一样，连同其中的文件。想保留的请先导出。',
  title: '到期清除',
  last: '最近 {days}因到期而清除的内容。上次清理完成于 {date}。',
  never: '本站还没有清理过。',
  nothing: '没有到期的内容。',
  failing: '自 {date} 起清理失败，原因见日志（housekeeping_failed）。',
  kinds: {
    unusedConversations: '无人使用的对话',
    deletedConversations: '已删除的对话',
    guests: '访客及其全部数据',
    files: '文件',
    rawResponses: '上游原始内容',
    shares: '分享链接',
    records: '举报与审查记录',
    traces: '过期的登录、链接和错误尝试',
  },
}

export const retentionTexts = { en, 'zh-CN': zhCN }
