# SPDX-License-Identifier: MIT
# docs: to start with, recipes, reference, explanations. Installed as they stand.

nobase_dist_doc_DATA = \
	%D%/explanation/scale.md \
	%D%/explanation/ways-in.md \
	%D%/how-to/access-by-group.md \
	%D%/how-to/addresses.md \
	%D%/how-to/applications.md \
	%D%/how-to/bastion.md \
	%D%/how-to/containers.md \
	%D%/how-to/emergencies.md \
	%D%/how-to/fleet.md \
	%D%/how-to/images.md \
	%D%/how-to/kubernetes.md \
	%D%/how-to/monitoring.md \
	%D%/how-to/new-node.md \
	%D%/how-to/one-sign-in.md \
	%D%/how-to/other-provider.md \
	%D%/how-to/person-leaves.md \
	%D%/how-to/provider-change.md \
	%D%/how-to/rename.md \
	%D%/how-to/restore.md \
	%D%/how-to/roster.md \
	%D%/how-to/service-accounts.md \
	%D%/how-to/ssh-keys.md \
	%D%/how-to/sudo.md \
	%D%/how-to/uid-key.md \
	%D%/how-to/upgrade.md \
	%D%/pictures/console.png \
	%D%/pictures/paste-back.png \
	%D%/pictures/playpen-ssh-page.png \
	%D%/pictures/playpen-ssh.png \
	%D%/pictures/refused-certificate.png \
	%D%/pictures/ssh.png \
	%D%/pictures/sudo.png \
	%D%/reference/accounts-files.md \
	%D%/reference/clients.md \
	%D%/reference/glossary.md \
	%D%/reference/index-format.md \
	%D%/reference/performance.md \
	%D%/reference/protocol.md \
	%D%/reference/state-schema.md \
	%D%/reference/uids.md \
	%D%/start.md \
	%D%/symptoms.md
EXTRA_DIST += %D%/pictures/make
