// Words of both languages. The keys are what the API says where it says them, so that a state needs no second name.

const WORDS = {
  zh: {
    crews: '班组', crewName: '姓名', team: '班组', phone: '电话', skills: '技能', vehicle: '车辆', capacity: '同时可接', lead: '班长', noLead: '未指定', noTeam: '不在班组', members: (n) => `${n} 人`,
    onShift: '在班', offShift: '不在班', away: '请假', setAway: '请假', setBack: '销假', phoneLink: '手机登录链接', phoneLinkHint: '发给本人，用手机打开，只能用一次，24 小时内有效。', copy: '复制', copied: '已复制', close: '关闭',
    newMember: '新增作业人员', newTeam: '新增班组', add: '新增', addShift: '加班次', starts: '上班', ends: '下班', overnight: '跨夜', everyDay: '每天', noShifts: '没有班次：全天在班。', sureMember: '确定删除此人吗？其手机会退出登录。',
    day1: '一', day2: '二', day3: '三', day4: '四', day5: '五', day6: '六', day7: '日', noCrews: '还没有作业人员。新增后，自派工单会自动派给合适的人。', onDuty: (n, all) => `在班 ${n} / 共 ${all} 人`,
    'on-foot': '步行', bicycle: '自行车', tricycle: '三轮车', truck: '货车', refuse: '垃圾清理', assignments: '派单理由', nobody: '无人可派', way: (n) => `约 ${n} 分钟`, wayUnknown: '位置未知', atHand: (n, all) => `手上 ${n}/${all} 单`,
    chosen: '派给此人', 'off-shift': '不在班', 'lacks-skill': '无此技能', 'paper-expired': '证件过期', full: '手上已满', 'asked-before': '已问过', 'other-places': '负责别处', 'other-did-it-before': '由原人返工', farther: '更远', busier: '更忙', 'had-one-later': '刚接过单', 'drew-the-later-lot': '排在其后',
    photos: '现场照片', metersAway: (n) => `距点位 ${n} 米`, fits: '时间地点相符', 'no-position': '无位置', far: '不在现场', 'taken-before': '派单前拍摄', 'taken-later': '时间超前', 'seen-before': '旧照片',
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
    accounts: '账号', loginName: '用户名', displayName: '姓名', role: '角色', sitesOf: '点位', allSites: '全部点位', signedInAt: '最近登录', newAccount: '新增账号', passwordLink: '设置密码链接', passwordLinkHint: '发给本人，用来设置密码，只能用一次，24 小时内有效。', disable: '停用', enable: '启用', disabledOne: '已停用', noPassword: '未设密码', usable: '可用', sureAccount: '确定删除此账号吗？其登录会立即结束。', signIn: '登录', changePassword: '修改密码', oldPassword: '原密码', newPassword: '新密码', passwordHint: '至少 10 个字符；其他登录会退出。',
    viewer: '查看', dispatcher: '调度', crew: '作业', supervisor: '主管', admin: '管理员', auditor: '审计', operatorRole: '值班员',
    needSignIn: '需要登录', signInHint: '在服务器上运行下面的命令，会得到一个只能用一次的登录链接：', error: '出错了', notAllowed: '没有权限', lastLook: '最近巡检', never: '从未',
    health: '状态', codec: '编码', exists: '这台摄像机已登记过。', removed: '已删除', removeCamera: '删除摄像机', sure: '确定删除这台摄像机吗？它的区域和未结事件会一起结束。',
    updated: '已更新', clearedAt: '清除', openedAt: '发现', noneToday: '今天还没有', source: '来源', operator: '人工上报', 'order-open': '未结',
    review: '待研判', reviewHint: '以下发现没有直接立案，请看图研判。属实则立案派单，误报则结束。', nothingToReview: '没有待研判的事件。', toReview: '处待研判：没有直接立案，等人看图决定', open: '查看',
  },
  en: {
    crews: 'Crews', crewName: 'Name', team: 'Team', phone: 'Phone', skills: 'Skills', vehicle: 'Vehicle', capacity: 'Orders at once', lead: 'Lead', noLead: 'nobody', noTeam: 'no team', members: (n) => `${n} members`,
    onShift: 'on duty', offShift: 'off duty', away: 'away', setAway: 'Set away', setBack: 'Back again', phoneLink: 'Link for the phone', phoneLinkHint: 'Send it to them; opened on their phone it signs them in, once, within 24 hours.', copy: 'Copy', copied: 'copied', close: 'Close',
    newMember: 'New crew member', newTeam: 'New team', add: 'Add', addShift: 'Add shift', starts: 'from', ends: 'to', overnight: 'overnight', everyDay: 'every day', noShifts: 'No shifts: always on duty.', sureMember: 'Remove this member? Their phone is signed out.',
    day1: 'Mo', day2: 'Tu', day3: 'We', day4: 'Th', day5: 'Fr', day6: 'Sa', day7: 'Su', noCrews: 'No crew yet. Once there is one, orders of your own crews go to whoever fits.', onDuty: (n, all) => `${n} of ${all} on duty`,
    'on-foot': 'on foot', bicycle: 'bicycle', tricycle: 'tricycle', truck: 'truck', refuse: 'refuse', assignments: 'Why this one', nobody: 'nobody', way: (n) => `about ${n} min`, wayUnknown: 'position unknown', atHand: (n, all) => `${n} of ${all} orders`,
    chosen: 'chosen', 'off-shift': 'off duty', 'lacks-skill': 'lacks the skill', 'paper-expired': 'paper expired', full: 'hands full', 'asked-before': 'asked before', 'other-places': 'works elsewhere', 'other-did-it-before': 'someone did it before', farther: 'farther', busier: 'busier', 'had-one-later': 'had one later', 'drew-the-later-lot': 'comes after',
    photos: 'Photos', metersAway: (n) => `${n} m from the place`, fits: 'time and place fit', 'no-position': 'no position', far: 'elsewhere', 'taken-before': 'taken before', 'taken-later': 'clock ahead', 'seen-before': 'old photo',
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
    accounts: 'Accounts', loginName: 'Name to sign in', displayName: 'Name shown', role: 'Role', sitesOf: 'Sites', allSites: 'all sites', signedInAt: 'Signed in', newAccount: 'New account', passwordLink: 'Link to set a password', passwordLinkHint: 'Send it to them; it lets them set a password, once, within 24 hours.', disable: 'Disable', enable: 'Enable', disabledOne: 'disabled', noPassword: 'no password yet', usable: 'in use', sureAccount: 'Remove this account? Its sessions end at once.', signIn: 'Sign in', changePassword: 'Change my password', oldPassword: 'Old password', newPassword: 'New password', passwordHint: 'At least 10 characters; your other sessions end.',
    viewer: 'viewer', dispatcher: 'dispatcher', crew: 'crew', supervisor: 'supervisor', admin: 'administrator', auditor: 'auditor', operatorRole: 'operator',
    needSignIn: 'Sign in first', signInHint: 'Run this on the server; it prints a link that signs one browser in, once:', error: 'Something went wrong', notAllowed: 'Not allowed', lastLook: 'last looked at', never: 'never',
    health: 'Health', codec: 'Codec', exists: 'This camera is registered already.', removed: 'Removed', removeCamera: 'Remove camera', sure: 'Remove this camera? Its zones and their open incidents end with it.',
    updated: 'Updated', clearedAt: 'cleared', openedAt: 'seen', noneToday: 'none yet', source: 'Source', operator: 'filed by hand', 'order-open': 'open',
    review: 'Review', reviewHint: 'These were seen but filed no order by themselves. True files one, false ends it.', nothingToReview: 'Nothing to review.', toReview: 'to review: no order was filed, somebody has to look', open: 'Look',
  },
};

const STAGES = { accept: '接单', arrive: '到场', finish: '完工' };
const PEOPLE = { crew: '作业人员', lead: '班组长', supervisor: '主管' };
const toldTo = (told) => (told ? `，已通知${told.split(', ').map((who) => who.replace(/^(crew|lead|supervisor)/, (part) => `${PEOPLE[part]}`)).join('、')}` : '');

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
  [/^chosen of (\d+) who could go, way unknown, orders at hand (\d+)(.*)$/, '$1 人可派，位置未知，手上 $2 单$3'],
  [/^chosen of (\d+) who could go, about (\d+) min away, orders at hand (\d+)(.*)$/, '$1 人可派，约 $2 分钟可到，手上 $3 单$4'],
  [/^nobody of (\d+) can be sent$/, '$1 人中无人可派'],
  [/^its endpoint has not taken it$/, '派单系统未接，转本单位班组'],
  [/^photo [0-9a-f-]+$/, '现场照片'],
  [/^photo [0-9a-f-]+; does not fit: (.+)$/, '现场照片，存疑：$1'],
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
