/*
 * A C library in the place of NetBSD's libc and librumpclient: it knows the same structs from C declarations, writes
 * down every field that a request brings, follows its pointers, and answers with other values in every field.
 *
 * Declarations follow NetBSD's headers: sys/socket.h, net/if_dl.h, netinet/in.h, net/if.h, netinet6/in6_var.h,
 * net/if_l2tp.h, net/if_bridgevar.h.
 */
#include <errno.h>
#include <stdint.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int64_t netbsd_time_t;
struct sockaddr_ { uint8_t sa_len, sa_family; char sa_data[14]; };
struct sockaddr_storage_ { uint8_t ss_len, ss_family; char pad1[6]; int64_t align; char pad2[112]; };
struct sockaddr_in_ { uint8_t sin_len, sin_family; uint16_t sin_port; uint32_t sin_addr; uint8_t sin_zero[8]; };
struct sockaddr_in6_ {
	uint8_t sin6_len, sin6_family; uint16_t sin6_port; uint32_t sin6_flowinfo; uint8_t sin6_addr[16];
	uint32_t sin6_scope_id;
};
struct timespec_ { netbsd_time_t tv_sec; long tv_nsec; };
struct ifreq_ {
	char ifr_name[16];
	union {
		struct sockaddr_ ifru_addr; struct sockaddr_storage_ ifru_space; short ifru_flags; int ifru_mtu;
		void *ifru_data; struct { uint32_t b_buflen; void *b_buf; } ifru_b;
	} u;
};
struct ifaliasreq_ { char ifra_name[16]; struct sockaddr_ ifra_addr, ifra_dstaddr, ifra_mask; };
struct in6_addrlifetime_ { netbsd_time_t ia6t_expire, ia6t_preferred; uint32_t ia6t_vltime, ia6t_pltime; };
struct in6_ifreq_ {
	char ifr_name[16];
	union { struct sockaddr_in6_ ifru_addr; int ifru_flags6; uint64_t ifru_icmp6stat[34]; } u;
};
struct in6_aliasreq_ {
	char ifra_name[16]; struct sockaddr_in6_ ifra_addr, ifra_dstaddr, ifra_prefixmask; int ifra_flags;
	struct in6_addrlifetime_ ifra_lifetime;
};
struct if_laddrreq_ {
	char iflr_name[16]; unsigned int flags, prefixlen; struct sockaddr_storage_ addr, dstaddr;
};
struct if_addrprefreq_ { char ifap_name[16]; int16_t ifap_preference; struct sockaddr_storage_ ifap_addr; };
struct l2tp_req_ {
	int state; unsigned int my_cookie_len, peer_cookie_len; uint32_t my_sess_id, peer_sess_id;
	uint64_t my_cookie, peer_cookie;
};
struct ifdrv_ { char ifd_name[16]; unsigned long ifd_cmd; size_t ifd_len; void *ifd_data; };
struct ifbreq_ {
	char ifbr_ifsname[16]; uint32_t ifbr_ifsflags; uint8_t ifbr_state, ifbr_priority, ifbr_path_cost, ifbr_portno;
};
struct ifbareq_ { char ifba_ifsname[16]; netbsd_time_t ifba_expire; uint8_t ifba_flags, ifba_dst[6]; };
struct ifbrparam_ { union { uint32_t ifbrpu_int32; uint16_t ifbrpu_int16; uint8_t ifbrpu_int8; } u; };
struct if_clonereq_ { int ifcr_total, ifcr_count; char *ifcr_buffer; };
struct ifconf_ { int ifc_len; void *ifc_ifcu; };
struct if_data_ {
	unsigned char ifi_type, ifi_addrlen, ifi_hdrlen; int ifi_link_state;
	uint64_t ifi_mtu, ifi_metric, ifi_baudrate, ifi_ipackets, ifi_ierrors, ifi_opackets, ifi_oerrors,
	    ifi_collisions, ifi_ibytes, ifi_obytes, ifi_imcasts, ifi_omcasts, ifi_iqdrops, ifi_noproto;
	struct timespec_ ifi_lastchange;
};
struct ifdatareq_ { char ifdr_name[16]; struct if_data_ ifdr_data; };
struct ifmediareq_ {
	char ifm_name[16]; int ifm_current, ifm_mask, ifm_status, ifm_active, ifm_count; int *ifm_ulist;
};
struct ifcapreq_ { char ifcr_name[16]; uint64_t ifcr_capabilities, ifcr_capenable; };
struct eccapreq_ { char eccr_name[16]; int eccr_capabilities, eccr_capenable; };
struct ifaddrs_ {
	struct ifaddrs_ *ifa_next; char *ifa_name; unsigned int ifa_flags; void *ifa_addr, *ifa_netmask, *ifa_dstaddr,
	    *ifa_data; unsigned int ifa_addrflags;
};

/* What happened in the last ioctl: lines "r FIELD HEX" as read and "w FIELD HEX" as answered. */
static char trace[1 << 16];
static size_t traced;
static uint8_t next_byte;

int fixture_copy_trace(char *into) { memcpy(into, trace, traced); return (int)traced; }

static void
line(char kind, const char *name, const void *bytes, size_t size)
{
	traced += snprintf(trace + traced, sizeof(trace) - traced, "%c %s ", kind, name);
	for (size_t i = 0; i < size; i++)
		traced += snprintf(trace + traced, sizeof(trace) - traced, "%02x", ((const uint8_t *)bytes)[i]);
	traced += snprintf(trace + traced, sizeof(trace) - traced, "\n");
}

static void
field(const char *name, void *bytes, size_t size)
{
	line('r', name, bytes, size);
	for (size_t i = 0; i < size; i++)
		((uint8_t *)bytes)[i] = next_byte = next_byte % 120 + 1;
	line('w', name, bytes, size);
}

/* A pointer's own value is of no meaning to the caller; the 24 bytes behind it are. */
static void
behind(const char *name, void *pointer)
{
	if (pointer != NULL)
		field(name, pointer, 24);
}

#define F(f) field(#f, &p->f, sizeof(p->f))
#define START(t) struct t##_ *p = argument
static void ifreq(void *argument) { START(ifreq); F(ifr_name); field("ifr_ifru", &p->u, sizeof(p->u)); }
static void ifreq_buf(void *argument) {
	START(ifreq); F(ifr_name); field("ifr_ifru.ifru_b.b_buflen", &p->u.ifru_b.b_buflen, 4);
	behind("ifr_ifru.ifru_b.b_buf", p->u.ifru_b.b_buf);
}
static void ifaliasreq(void *argument)
{ START(ifaliasreq); F(ifra_name); F(ifra_addr); F(ifra_dstaddr); F(ifra_mask); }
static void in6_ifreq(void *argument) { START(in6_ifreq); F(ifr_name); field("ifr_ifru", &p->u, sizeof(p->u)); }
static void in6_aliasreq(void *argument) {
	START(in6_aliasreq); F(ifra_name); F(ifra_addr); F(ifra_dstaddr); F(ifra_prefixmask); F(ifra_flags);
	F(ifra_lifetime.ia6t_expire); F(ifra_lifetime.ia6t_preferred); F(ifra_lifetime.ia6t_vltime);
	F(ifra_lifetime.ia6t_pltime);
}
static void if_laddrreq(void *argument)
{ START(if_laddrreq); F(iflr_name); F(flags); F(prefixlen); F(addr); F(dstaddr); }
static void if_addrprefreq(void *argument)
{ START(if_addrprefreq); F(ifap_name); F(ifap_preference); F(ifap_addr); }
static void ifbreq(void *argument) {
	START(ifbreq); F(ifbr_ifsname); F(ifbr_ifsflags); F(ifbr_state); F(ifbr_priority); F(ifbr_path_cost);
	F(ifbr_portno);
}
static void ifbareq(void *argument) { START(ifbareq); F(ifba_ifsname); F(ifba_expire); F(ifba_flags); F(ifba_dst); }
static void ifbrparam(void *argument) { START(ifbrparam); field("ifbrp_ifbrpu", &p->u, sizeof(p->u)); }
/* What is behind ifd_data, by bridge(4)'s command and the length that has to go with it: net/if_bridgevar.h. */
static const struct { unsigned long command; size_t length; void (*handler)(void *); } bridge_commands[] = {
#define B(command, t) { command, sizeof(struct t##_), t }
	B(0, ifbreq), B(1, ifbreq), B(2, ifbreq), B(3, ifbreq), B(4, ifbrparam), B(5, ifbrparam), B(8, ifbareq),
	B(9, ifbrparam), B(10, ifbrparam), B(11, ifbareq), B(12, ifbreq), B(13, ifbrparam), B(14, ifbrparam),
	B(15, ifbrparam), B(16, ifbrparam), B(17, ifbrparam), B(18, ifbrparam), B(19, ifbrparam), B(20, ifbrparam),
	B(21, ifbreq), B(22, ifbreq), B(23, ifbrparam), B(24, ifbrparam), B(25, ifbreq), B(26, ifbareq),
};
static void ifdrv(void *argument) {
	START(ifdrv);
	unsigned long command = p->ifd_cmd;
	size_t length = p->ifd_len;
	F(ifd_name); F(ifd_cmd); F(ifd_len);
	for (size_t i = 0; i < sizeof(bridge_commands) / sizeof(bridge_commands[0]); i++)
		if (bridge_commands[i].command == command && bridge_commands[i].length == length) {
			bridge_commands[i].handler(p->ifd_data);
			return;
		}
	behind("ifd_data", p->ifd_data);
}
static void if_clonereq(void *argument)
{ START(if_clonereq); F(ifcr_total); F(ifcr_count); behind("ifcr_buffer", p->ifcr_buffer); }
static void ifconf(void *argument) { START(ifconf); F(ifc_len); behind("ifc_ifcu", p->ifc_ifcu); }
static void ifdatareq(void *argument) {
	START(ifdatareq); F(ifdr_name); F(ifdr_data.ifi_type); F(ifdr_data.ifi_addrlen); F(ifdr_data.ifi_hdrlen);
	F(ifdr_data.ifi_link_state); F(ifdr_data.ifi_mtu); F(ifdr_data.ifi_metric); F(ifdr_data.ifi_baudrate);
	F(ifdr_data.ifi_ipackets); F(ifdr_data.ifi_ierrors); F(ifdr_data.ifi_opackets); F(ifdr_data.ifi_oerrors);
	F(ifdr_data.ifi_collisions); F(ifdr_data.ifi_ibytes); F(ifdr_data.ifi_obytes); F(ifdr_data.ifi_imcasts);
	F(ifdr_data.ifi_omcasts); F(ifdr_data.ifi_iqdrops); F(ifdr_data.ifi_noproto);
	F(ifdr_data.ifi_lastchange.tv_sec); F(ifdr_data.ifi_lastchange.tv_nsec);
}
static void ifmediareq(void *argument) {
	START(ifmediareq); F(ifm_name); F(ifm_current); F(ifm_mask); F(ifm_status); F(ifm_active); F(ifm_count);
	behind("ifm_ulist", p->ifm_ulist);
}
static void ifcapreq(void *argument) { START(ifcapreq); F(ifcr_name); F(ifcr_capabilities); F(ifcr_capenable); }
static void eccapreq(void *argument) { START(eccapreq); F(eccr_name); F(eccr_capabilities); F(eccr_capenable); }
/* l2tp_req travels behind ifr_data. */
static void ifreq_l2tp(void *argument) {
	struct ifreq_ *r = argument;
	field("ifr_name", r->ifr_name, sizeof(r->ifr_name));
	if (r->u.ifru_data == NULL) return;
	struct l2tp_req_ *p = r->u.ifru_data;
	F(state); F(my_cookie_len); F(peer_cookie_len); F(my_sess_id); F(peer_sess_id); F(my_cookie); F(peer_cookie);
}

/* How a request's number says its size and command: sys/ioccom.h. */
#define IN 0x80000000UL
#define INOUT 0xc0000000UL
#define IOC(dir, num, size) ((dir) | ((unsigned long)(size) << 16) | 'i' << 8 | (num))
static const struct { unsigned long request; void (*handler)(void *); } handlers[] = {
#define W(num, t, h) { IOC(IN, num, sizeof(struct t##_)), h }
#define WR(num, t, h) { IOC(INOUT, num, sizeof(struct t##_)), h }
	W(12, ifreq, ifreq), WR(33, ifreq, ifreq), W(14, ifreq, ifreq), WR(34, ifreq, ifreq), W(16, ifreq, ifreq),
	WR(17, ifreq, ifreq), WR(35, ifreq, ifreq), W(19, ifreq, ifreq), WR(38, ifconf, ifconf),
	WR(37, ifreq, ifreq), W(22, ifreq, ifreq), WR(23, ifreq, ifreq), W(24, ifreq, ifreq), W(25, ifreq, ifreq),
	W(26, ifaliasreq, ifaliasreq), WR(27, ifaliasreq, ifaliasreq), WR(39, ifreq, ifreq),
	W(28, if_laddrreq, if_laddrreq), WR(29, if_laddrreq, if_laddrreq), W(30, if_laddrreq, if_laddrreq),
	W(31, if_addrprefreq, if_addrprefreq), WR(32, if_addrprefreq, if_addrprefreq), W(49, ifreq, ifreq),
	W(50, ifreq, ifreq), WR(55, ifreq, ifreq), WR(56, ifmediareq, ifmediareq), WR(53, ifreq, ifreq),
	WR(54, ifmediareq, ifmediareq), W(57, ifreq, ifreq_l2tp), WR(58, ifreq, ifreq_l2tp),
	W(70, ifaliasreq, ifaliasreq), WR(71, ifreq, ifreq), WR(72, ifreq, ifreq), W(73, ifreq, ifreq),
	W(74, if_laddrreq, if_laddrreq), WR(75, if_laddrreq, if_laddrreq), WR(119, ifreq, ifreq),
	WR(118, ifcapreq, ifcapreq), W(117, ifcapreq, ifcapreq), WR(120, if_clonereq, if_clonereq),
	W(121, ifreq, ifreq), W(122, ifreq, ifreq), W(123, ifdrv, ifdrv), WR(123, ifdrv, ifdrv),
	WR(126, ifreq, ifreq), W(127, ifreq, ifreq), WR(130, ifreq, ifreq), WR(131, ifreq, ifreq),
	WR(133, ifdatareq, ifdatareq), WR(134, ifdatareq, ifdatareq), WR(135, ifdrv, ifdrv), W(136, ifdrv, ifdrv),
	WR(139, eccapreq, eccapreq), WR(140, ifreq, ifreq), W(141, eccapreq, eccapreq), W(142, ifreq, ifreq_buf),
	WR(143, ifreq, ifreq_buf), W(151, ifreq, ifreq_l2tp), W(152, ifreq, ifreq_l2tp), W(153, ifreq, ifreq_l2tp),
	W(154, ifreq, ifreq_l2tp), W(155, ifreq, ifreq_l2tp), W(151, l2tp_req, ifreq_l2tp),
	W(152, l2tp_req, ifreq_l2tp), W(153, l2tp_req, ifreq_l2tp), W(154, l2tp_req, ifreq_l2tp),
	W(155, l2tp_req, ifreq_l2tp), W(12, in6_ifreq, in6_ifreq), WR(33, in6_ifreq, in6_ifreq),
	WR(34, in6_ifreq, in6_ifreq), WR(37, in6_ifreq, in6_ifreq), W(25, in6_ifreq, in6_ifreq),
	WR(71, in6_ifreq, in6_ifreq), WR(72, in6_ifreq, in6_ifreq), WR(73, in6_ifreq, in6_ifreq),
	WR(106, in6_ifreq, in6_ifreq), W(107, in6_aliasreq, in6_aliasreq), W(110, in6_aliasreq, in6_aliasreq),
};

/* The next ioctl or rumpclient_init fails with this errno; 0 for none. */
static int failure;
void fixture_fail(int error) { failure = error; }

static int
answer(int descriptor, unsigned long request, va_list arguments)
{
	void *argument = va_arg(arguments, void *);
	traced = 0;
	trace[0] = 0;
	if (failure != 0) {
		errno = failure;
		failure = 0;
		return -1;
	}
	if (descriptor < 1000) {
		errno = 9;
		return -1;
	}
	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (handlers[i].request == request) {
			handlers[i].handler(argument);
			return 0;
		}
	errno = 25;
	return -1;
}

static int libc_ioctls, rump_ioctls;
int fixture_libc_ioctls(void) { return libc_ioctls; }
int fixture_rump_ioctls(void) { return rump_ioctls; }

int
ioctl(int descriptor, unsigned long request, ...)
{
	va_list arguments;
	va_start(arguments, request);
	int result = answer(descriptor, request, arguments);
	va_end(arguments);
	libc_ioctls++;
	return result;
}

int
rump___sysimpl_ioctl(int descriptor, unsigned long request, ...)
{
	va_list arguments;
	va_start(arguments, request);
	int result = answer(descriptor, request, arguments);
	va_end(arguments);
	rump_ioctls++;
	return result;
}

static int sockets_open;
int fixture_sockets(void) { return sockets_open; }
static int
open_socket(int domain, int type, int protocol)
{
	if (type != 2 || protocol != 0) {
		errno = 43;
		return -1;
	}
	sockets_open++;
	return 1000 + domain;
}
int __socket30(int d, int t, int p) { return open_socket(d, t, p); }
/* What the plain name does on NetBSD: other errors. Nobody may call it where __socket30 exists. */
int socket(int d, int t, int p) { (void)d; (void)t; (void)p; errno = 46; return -1; }
int rump___sysimpl_socket30(int d, int t, int p) { return open_socket(d, t, p); }
static int close_socket(int descriptor) { (void)descriptor; sockets_open--; return 0; }
int close(int descriptor) { return close_socket(descriptor); }
int rump___sysimpl_close(int descriptor) { return close_socket(descriptor); }
static int initialised;
int
rumpclient_init(void)
{
	initialised++;
	if (failure == 0)
		return 0;
	errno = failure;
	failure = 0;
	return -1;
}
int fixture_initialised(void) { return initialised; }

static int lists;
int fixture_lists(void) { return lists; }
int
getifaddrs(struct ifaddrs_ **first)
{
	struct { struct ifaddrs_ link, inet; char name[16]; uint8_t dl[20]; struct sockaddr_in_ addr, mask, dst; struct if_data_ data; }
	    *block = calloc(1, sizeof(*block));
	strcpy(block->name, "l2tp0");
	memcpy(block->dl, "\x14\x12\x05\x00\x83\x05\x00\x00l2tp0", 13);
	block->addr = (struct sockaddr_in_){ 16, 2, 0, 0x0100000a, { 0 } };
	block->mask = (struct sockaddr_in_){ 7, 0, 0, 0x00ffffff, { 0 } };
	block->dst = (struct sockaddr_in_){ 16, 2, 0, 0x0200000a, { 0 } };
	block->data.ifi_ipackets = 77;
	block->link = (struct ifaddrs_){ &block->inet, block->name, 0x8851, block->dl, NULL, NULL, &block->data, 0 };
	block->inet = (struct ifaddrs_){ NULL, block->name, 0x8851, &block->addr, &block->mask, &block->dst, NULL, 2 };
	*first = &block->link;
	lists++;
	return 0;
}
void freeifaddrs(struct ifaddrs_ *first) { free(first); lists--; }

/* kern.osrelease, as if of another kernel for each library. */
static int
osrelease(const char *release, const int *name, unsigned int count, void *old, size_t *length, const void *new,
    size_t new_length)
{
	if (count != 2 || name[0] != 1 || name[1] != 2 || new != NULL || new_length != 0) {
		errno = 2;
		return -1;
	}
	size_t size = strlen(release) + 1;
	if (*length < size) {
		errno = 12;
		return -1;
	}
	memset(old, 'x', *length);
	memcpy(old, release, size);
	*length = size;
	return 0;
}
int __sysctl(const int *n, unsigned int c, void *o, size_t *l, const void *w, size_t s)
{ return osrelease("10.99.12", n, c, o, l, w, s); }
int rump___sysimpl___sysctl(const int *n, unsigned int c, void *o, size_t *l, const void *w, size_t s)
{ return osrelease("9.3_STABLE", n, c, o, l, w, s); }
