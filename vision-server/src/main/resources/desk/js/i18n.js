// Words of both languages. The keys are what the API says where it says them, so that a state needs no second name.

const WORDS = {
  zh: {
    overview: '总览', cameras: '摄像机', orders: '工单', signOut: '退出', other: 'English',
    linked: '实时', unlinked: '连接中断，正在重连', linking: '正在连接',
    openOrders: '未结工单', liveCameras: '在线摄像机', dirtyPlaces: '脏乱点位', tenMinutes: '十分钟到场率',
    allOrders: '全部工单', noOrders: '没有未结工单。', noOrdersAtAll: '还没有工单。',
    wall: '摄像机画面', noCameras: '还没有摄像机。登记第一台，两分钟内就能看到画面。', register: '登记摄像机',
    filed: '待派单', dispatched: '已派单', accepted: '已接单', arrived: '已到场', verifying: '核查中', 'human-check': '人工核查',
    returned: '已退单', suspended: '已挂起', closed: '已结案', 'self-cleared': '自清', rejected: '不属实', merged: '已合并', cancelled: '已撤销',
    overflow: '垃圾满溢', litter: '暴露垃圾', bin: '垃圾桶', 'root-cause': '根因治理',
    acceptBy: '距接单时限', arriveBy: '距到场时限', finishBy: '距完工时限', verifyBy: '距核查时限', over: '已超时',
    clean: '干净', suspected: '疑似', dirty: '脏', clearing: '清理中', unknown: '未知',
    live: '在线', connecting: '连接中', stalled: '停滞', offline: '离线', refused: '被拒绝', undecodable: '无法解码',
    dark: '过暗', covered: '被遮挡', blurred: '模糊', moved: '被移动', 'not-recognised': '画面不符', frozen: '画面冻结', 'no-picture': '无画面',
    noPicture: '还没有画面', number: '工单号', site: '点位', what: '问题', state: '状态', filedAt: '立案', arrival: '到场用时', round: '轮次',
    before: '清理前', after: '清理后', noBefore: '没有立案画面', noAfter: '结案后显示', history: '经过', facts: '要点', back: '返回',
    dispatchedTo: '接收方', closedBy: '结案依据', camera: '摄像机', human: '人工', report: '报告', kept: '按时', late: '超时', notYet: '尚未',
    filedToArrived: '立案到到场', dispatchedToArrived: '派单到到场', promise: '承诺 10 分钟', reworks: '返工', reopened: '重开',
    pass: '核查通过', fail: '核查不通过', cancel: '撤销工单', resume: '恢复', reopen: '重开', accept: '接单', arrive: '到场', done: '完工', decline: '拒单',
    return: '退单', suspend: '挂起', dispatch: '派单', reassign: '改派', merge: '合并', reason: '原因', why: '请写明原因', ok: '确定', no: '取消',
    incidents: '事件', seconds: '秒', minutes: '分', hours: '小时', ago: '前', score: '置信度', verdict: '研判', 'verdict-true': '属实', 'verdict-false': '误报', 'verdict-unsure': '存疑', key: '按键',
    newSite: '新点位', existingSite: '选择点位', siteName: '点位名称', cameraName: '摄像机名称', url: '视频地址', urlHint: 'rtsp://用户:密码@地址/路径，或 http:// MJPEG。密码加密保存，不再显示。',
    probe: '试连', registerIt: '登记', probing: '正在连接摄像机…', works: '可用', failed: '没有画面', saved: '已保存', keyFrames: '关键帧间隔', size: '画面',
    keepAnyway: '摄像机现在连不上。仍已登记，会一直重试。', drawZones: '画区域', zonesHint: '在画面上点出区域的角，点回第一个角即闭合；拖动角可修改。不画区域时整个画面都算。',
    zone: '区域', zones: '区域', ignored: '忽略此区域', remove: '删除', save: '保存', wholePicture: '整个画面', added: '已登记',
    needSignIn: '需要登录', signInHint: '在服务器上运行下面的命令，会得到一个只能用一次的登录链接：', error: '出错了', notAllowed: '没有权限', lastLook: '最近巡检', never: '从未',
    health: '状态', codec: '编码', exists: '这台摄像机已登记过。', removed: '已删除', removeCamera: '删除摄像机', sure: '确定删除这台摄像机吗？它的区域和未结事件会一起结束。',
    updated: '已更新', clearedAt: '清除', openedAt: '发现', noneToday: '今天还没有', source: '来源', operator: '人工上报', 'order-open': '未结',
    review: '待研判', reviewHint: '以下发现没有直接立案，请看图研判。属实则立案派单，误报则结束。', nothingToReview: '没有待研判的事件。', toReview: '处待研判：没有直接立案，等人看图决定', open: '查看',
  },
  en: {
    overview: 'Overview', cameras: 'Cameras', orders: 'Orders', signOut: 'Sign out', other: '中文',
    linked: 'live', unlinked: 'connection lost, trying again', linking: 'connecting',
    openOrders: 'open orders', liveCameras: 'cameras live', dirtyPlaces: 'dirty places', tenMinutes: 'there within ten minutes',
    allOrders: 'All orders', noOrders: 'No open orders.', noOrdersAtAll: 'No orders yet.',
    wall: 'Cameras', noCameras: 'No cameras yet. Register the first one; its picture is here within two minutes.', register: 'Register a camera',
    filed: 'filed', dispatched: 'dispatched', accepted: 'accepted', arrived: 'arrived', verifying: 'verifying', 'human-check': 'human check',
    returned: 'returned', suspended: 'suspended', closed: 'closed', 'self-cleared': 'self-cleared', rejected: 'rejected', merged: 'merged', cancelled: 'cancelled',
    overflow: 'overflow', litter: 'litter', bin: 'bin', 'root-cause': 'root cause',
    acceptBy: 'to accept', arriveBy: 'to arrive', finishBy: 'to finish', verifyBy: 'to verify', over: 'overdue by',
    clean: 'clean', suspected: 'suspected', dirty: 'dirty', clearing: 'clearing', unknown: 'unknown',
    live: 'live', connecting: 'connecting', stalled: 'stalled', offline: 'offline', refused: 'refused', undecodable: 'undecodable',
    dark: 'dark', covered: 'covered', blurred: 'blurred', moved: 'moved', 'not-recognised': 'view not recognised', frozen: 'frozen', 'no-picture': 'no picture',
    noPicture: 'No picture yet', number: 'Order', site: 'Site', what: 'What', state: 'State', filedAt: 'Filed', arrival: 'Arrived after', round: 'Round',
    before: 'Before', after: 'After', noBefore: 'No picture from filing', noAfter: 'Shown once it is closed', history: 'History', facts: 'Facts', back: 'Back',
    dispatchedTo: 'Receiver', closedBy: 'Closed by', camera: 'camera', human: 'human', report: 'report', kept: 'in time', late: 'late', notYet: 'not yet',
    filedToArrived: 'Filed to arrived', dispatchedToArrived: 'Dispatched to arrived', promise: 'promised: 10 minutes', reworks: 'Reworks', reopened: 'Reopened',
    pass: 'It is clean', fail: 'Still dirty', cancel: 'Cancel order', resume: 'Resume', reopen: 'Reopen', accept: 'Accept', arrive: 'Arrived', done: 'Done', decline: 'Decline',
    return: 'Return', suspend: 'Suspend', dispatch: 'Dispatch', reassign: 'Reassign', merge: 'Merge', reason: 'Reason', why: 'Say why', ok: 'OK', no: 'Cancel',
    incidents: 'Incidents', seconds: 's', minutes: 'min', hours: 'h', ago: 'ago', score: 'score', verdict: 'Verdict', 'verdict-true': 'True', 'verdict-false': 'False', 'verdict-unsure': 'Unsure', key: 'key',
    newSite: 'New site', existingSite: 'Choose a site', siteName: 'Name of the site', cameraName: 'Name of the camera', url: 'Video address', urlHint: 'rtsp://user:password@host/path, or http:// for MJPEG. The password is kept encrypted and never shown again.',
    probe: 'Try it', registerIt: 'Register', probing: 'Connecting to the camera…', works: 'It works', failed: 'No picture', saved: 'Saved', keyFrames: 'key frames', size: 'picture',
    keepAnyway: 'The camera cannot be reached now. It is registered all the same, and tried again and again.', drawZones: 'Draw zones', zonesHint: 'Click the corners of a zone on the picture; click the first one again to close it. Drag corners to change them. Without zones the whole picture counts.',
    zone: 'Zone', zones: 'Zones', ignored: 'ignore this zone', remove: 'Remove', save: 'Save', wholePicture: 'whole picture', added: 'Registered',
    needSignIn: 'Sign in first', signInHint: 'Run this on the server; it prints a link that signs one browser in, once:', error: 'Something went wrong', notAllowed: 'Not allowed', lastLook: 'last looked at', never: 'never',
    health: 'Health', codec: 'Codec', exists: 'This camera is registered already.', removed: 'Removed', removeCamera: 'Remove camera', sure: 'Remove this camera? Its zones and their open incidents end with it.',
    updated: 'Updated', clearedAt: 'cleared', openedAt: 'seen', noneToday: 'none yet', source: 'Source', operator: 'filed by hand', 'order-open': 'open',
    review: 'Review', reviewHint: 'These were seen but filed no order by themselves. True files one, false ends it.', nothingToReview: 'Nothing to review.', toReview: 'to review: no order was filed, somebody has to look', open: 'Look',
  },
};

const STAGES = { accept: '接单', arrive: '到场', finish: '完工' };
const PEOPLE = { crew: '作业人员', lead: '班组长', supervisor: '主管' };
const toldTo = (told) => (told ? `，已通知${told.split(', ').map((who) => PEOPLE[who] ?? who).join('、')}` : '');

/** Reasons are kept in history as they were written, in English; these are said in Chinese to whoever reads Chinese. */
const REASONS = [
  [/^confirmed by (.+)$/, '由 $1 确认'],
  [/^it answered that it has the order$/, '接收方已确认收到工单'],
  [/^it reports before its answer came$/, '接收方已先行上报'],
  [/^all its places were clean at the same time$/, '各处同时干净'],
  [/^all its places were seen clean$/, '各处均已干净'],
  [/^the same place is dirty again$/, '同一处再次变脏'],
  [/^clean, and its time is over$/, '已干净，且已过完工时限'],
  [/^not accepted in time$/, '未按时接单'],
  [/^the camera gave no answer in time$/, '摄像机未在时限内给出结论'],
  [/^no camera looks at this place$/, '没有摄像机能看到此处'],
  [/^its zone was removed by (.+)$/, '其区域已被 $1 删除'],
  [/^still dirty after its order was cancelled$/, '工单撤销后仍然脏乱'],
  [/^a false alarm was here before$/, '此处曾为误报'],
  [/^this camera has filed (\d+) orders within the hour$/, '该摄像机一小时内已立案 $1 次'],
  [/^all cameras have filed (\d+) orders within the hour$/, '全部摄像机一小时内已立案 $1 次'],
  [/^overflow at (.+)$/, '垃圾满溢：$1'],
  [/^litter at (.+)$/, '暴露垃圾：$1'],
  [/^dirty (\d+) times within a day: (.+)$/, '同一区域一天内第 $1 次脏乱：$2'],
  [/^(.+): dirty (\d+) times on (\S+) \((.+)\)$/, '$1：$3 脏乱 $2 次（$4）'],
  [/^not-dispatched(?:, told: (.+))?$/, (_, told) => `未按时派单${toldTo(told)}`],
  [/^not-accepted(?:, told: (.+))?$/, (_, told) => `未按时接单${toldTo(told)}`],
  [/^not-arrived(?:, told: (.+))?$/, (_, told) => `未按时到场${toldTo(told)}`],
  [/^not-finished(?:, told: (.+))?$/, (_, told) => `未按时完工${toldTo(told)}`],
  [/^(accept|arrive|finish)-(\d+), told: (.+)$/, (_, stage, percent, told) => `${STAGES[stage]}时限已用 ${percent}%${toldTo(told)}`],
];

export function said(reason) {
  if (language !== 'zh' || !reason) return reason;
  const known = REASONS.find(([pattern]) => pattern.test(reason));
  return (known ? reason.replace(known[0], known[1]) : reason).replace('whole picture', WORDS.zh.wholePicture);
}

const KEY = 'kerbwatch.language';
let language = localStorage.getItem(KEY) ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');

export const t = (key) => WORDS[language][key] ?? key;
export const locale = () => (language === 'zh' ? 'zh-CN' : 'en-GB');
export const keys = () => Object.fromEntries(Object.entries(WORDS).map(([name, words]) => [name, Object.keys(words)]));

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem(KEY, language);
}
