/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <playpen/base/cleanup.h>
#include <playpen/index/uid.h>

/*
 * Names that mean something to some system. Some are groups that are root by
 * another name: sudo, wheel, docker, lxd, libvirt, disk and so on. Ubuntu's
 * sudoers trusts an "admin" that does not exist, and display managers let
 * members of nopasswdlogin in by a click. Others are the users and groups that
 * base systems and packages bring, and the first users of images (ubuntu,
 * ec2-user and so on), whom a sudoers asks for no password. A package or
 * cloud-init may create any of them after a person signed in, so it does not
 * matter whether they exist here today.
 *
 * In the order of strcmp; a test says so.
 */
#define LONGEST 23U /* bytes of a word: fixed rows need no relocation */

/* As many to a line as fit: clang-format would give each its own. */
/* clang-format off */
static const char reserved[][LONGEST + 1] = {
	"_apt", "_chrony", "_cvsadmin", "_dnscrypt-proxy", "_flatpak", "_fwupd",
	"_graphite", "_greetd", "_gvm", "_kea", "_laurel", "_lldpd", "_nixbld",
	"_rpc", "_ssh", "_tss", "abrt", "adm", "admin", "administrators",
	"alertmanager", "almalinux", "amavis", "ansible", "apache", "asmadmin",
	"audio", "auditd", "autologin", "avahi", "avahi-autoipd", "azureuser",
	"backup", "bin", "bind", "bluetooth", "buildd", "caddy", "cdrom",
	"centos", "ceph", "chef", "chrome-remote-desktop", "chrony", "chronyd",
	"clamav", "clevis", "cloud-user", "cloudsdk", "cockpit-ws",
	"cockpit-wsinstance", "collectd", "colord", "console", "consul",
	"containerd", "core", "corosync", "crontab", "cups", "cups-browsed",
	"cups-pk-helper", "daemon", "davfs2", "db2admin", "dba", "dbus",
	"debian", "debian-exim", "debian-snmp", "debian-tor", "dhcpcd",
	"dialer", "dialout", "dip", "disk", "dnsmasq", "doas", "docker",
	"dovecot", "dovenull", "ec2-user", "elasticsearch", "etcd", "exim",
	"fax", "fedora", "flatpak", "floppy", "ftp", "ftpuser", "fuse",
	"fwupd-refresh", "games", "ganglia", "gdm", "geoclue", "git", "gitea",
	"gitlab-runner", "gitlab-www", "gluster", "gnats",
	"gnome-initial-setup", "gnome-remote-desktop", "google-sudoers", "gpio",
	"grafana", "greetd", "greeter", "haclient", "hacluster", "halt",
	"haproxy", "hplip", "hsqldb", "http", "httpd", "i2c", "i2psvc",
	"icinga", "icingaadmin", "incus", "incus-admin", "influxdb", "input",
	"irc", "iscsi", "jenkins", "jetty", "kernoops", "kibana", "kmem",
	"kubelet", "kvm", "landscape", "ldap", "libvirt", "libvirt-dnsmasq",
	"libvirt-qemu", "libvirtd", "lightdm", "list", "locate", "lock", "log",
	"logstash", "lp", "lpadmin", "lxc", "lxd", "mail", "mailman", "man",
	"man-db", "mariadb", "mem", "memcache", "memcached", "messagebus",
	"microk8s", "mlocate", "munin", "mysql", "nagios", "named", "netdev",
	"network", "news", "nfsnobody", "nginx", "nixbld", "nm-openconnect",
	"nm-openvpn", "nobody", "node_exporter", "nogroup", "nomad",
	"nopasswdlogin", "nrpe", "nslcd", "ntp", "ntpsec", "nut",
	"nvidia-persistenced", "nvpd", "oinstall", "opc", "opendkim",
	"opendmarc", "openldap", "openntpd", "openvpn", "operator", "optical",
	"oracle", "pcp", "pcscd", "pesign", "php-fpm", "pi", "pipewire",
	"playpen", "playpen-users", "plocate", "plugdev", "podman", "polkit",
	"polkitd", "pollinate", "postdrop", "postfix", "postgres", "power",
	"powerdev", "prometheus", "proxmox", "proxy", "pulse", "pulse-access",
	"puppet", "pve", "pveadmin", "qemu", "qemu-libvirtd", "rabbitmq",
	"radvd", "redis", "render", "rfkill", "rocky", "root", "rpc", "rpcuser",
	"rsyslog", "rtkit", "salt", "sambashare", "saned", "sapsys", "sasl",
	"sbuild", "scanner", "schroot", "sddm", "seat", "seatd",
	"setroubleshoot", "sgx", "shadow", "shutdown", "slapd", "slocate",
	"smmsp", "smmta", "snap-microk8s", "snap_daemon", "snapd", "snmp",
	"sogo", "spamd", "speech-dispatcher", "spi", "squid", "src", "ssh",
	"sshd", "ssl-cert", "sssd", "staff", "statd", "storage", "strongswan",
	"stunnel", "stunnel4", "sudo", "sudoers", "swtpm", "sync", "sys",
	"syslog", "systemd", "tang", "tape", "tcpdump", "tftp", "tomcat", "tor",
	"tss", "tty", "ubuntu", "uinput", "uml-net", "unbound",
	"unbound-anchor", "ups", "usbmux", "usbmuxd", "users", "utmp", "uucp",
	"uuidd", "vagrant", "varnish", "vault", "vboxsf", "vboxusers",
	"vglusers", "video", "vmail", "voice", "wheel", "whoopsie", "wireguard",
	"wireplumber", "wireshark", "www-data", "wwwrun", "zabbix",
};
/* clang-format on */

/* systemd makes users of this form as it needs them. */
#define SYSTEMD_PREFIX "systemd-"

static int
compare_name(const void *name, const void *row)
{
	return strcmp(name, row);
}

bool
pp_name_is_reserved(const char *name)
{
	if (strncmp(name, SYSTEMD_PREFIX, strlen(SYSTEMD_PREFIX)) == 0)
		return true;
	return bsearch(name, reserved, PP_COUNT(reserved), sizeof(reserved[0]),
		       compare_name) != NULL;
}
