/** The scripts of NetBSD's l2tp(4), letter by letter, for both sides and with and without cookies. */

const withoutCookies = {
  a: `ifconfig wm0 inet 192.168.0.1/24
ifconfig l2tp0 create
ifconfig l2tp0 tunnel 192.168.0.1 192.168.0.2
ifconfig l2tp0 session 1234 4321
ifconfig bridge0 create
brconfig bridge0 add wm1
brconfig bridge0 add l2tp0
ifconfig l2tp0 up
ifconfig wm1 up
ifconfig bridge0 up
`,
  b: `ifconfig wm0 inet 192.168.0.2/24
ifconfig l2tp0 create
ifconfig l2tp0 tunnel 192.168.0.2 192.168.0.1
ifconfig l2tp0 session 4321 1234
ifconfig bridge0 create
brconfig bridge0 add wm1
brconfig bridge0 add l2tp0
ifconfig l2tp0 up
ifconfig wm1 up
ifconfig bridge0 up
`,
};

const withCookies = {
  a: `ifconfig wm0 inet 192.168.0.1/24
ifconfig l2tp0 create
ifconfig l2tp0 tunnel 192.168.0.1 192.168.0.2
ifconfig l2tp0 session 1234 4321
ifconfig l2tp0 cookie 4 12345 4 54321
ifconfig bridge0 create
brconfig bridge0 add wm1
brconfig bridge0 add l2tp0
ifconfig l2tp0 up
ifconfig wm1 up
ifconfig bridge0 up
`,
  b: `ifconfig wm0 inet 192.168.0.2/24
ifconfig l2tp0 create
ifconfig l2tp0 tunnel 192.168.0.2 192.168.0.1
ifconfig l2tp0 session 4321 1234
ifconfig l2tp0 cookie 4 54321 4 12345
ifconfig bridge0 create
brconfig bridge0 add wm1
brconfig bridge0 add l2tp0
ifconfig l2tp0 up
ifconfig wm1 up
ifconfig bridge0 up
`,
};

export const manPageScripts = { 'without cookies': withoutCookies, 'with cookies': withCookies } as const;
