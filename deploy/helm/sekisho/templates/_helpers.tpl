{{- define "sekisho.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Pod names are group member ids, so it is short: a name of Kubernetes has 63 characters. */}}
{{- define "sekisho.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "sekisho.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "sekisho.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "sekisho.selector" -}}
app.kubernetes.io/name: {{ include "sekisho.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "sekisho.labels" -}}
{{ include "sekisho.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "sekisho.image" -}}
{{- $repository := required "image.repository is required: where your cluster finds the image that deploy/Dockerfile makes" .Values.image.repository -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "sekisho.serviceAccount" -}}
{{- default (include "sekisho.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "sekisho.configMap" -}}
{{- printf "%s-settings" (include "sekisho.fullname" .) -}}
{{- end -}}

{{- define "sekisho.metricsPort" -}}
{{- ((.Values.settings).metrics).port | default 9464 | int -}}
{{- end -}}

{{/* Workers at most; fails where values ask for more than there are partitions. */}}
{{- define "sekisho.maxReplicas" -}}
{{- $partitions := .Values.partitions | int -}}
{{- $most := .Values.autoscaling.maxReplicas | int | default $partitions -}}
{{- if gt $most $partitions -}}
{{- fail (printf "autoscaling.maxReplicas is %d, and there are %d partitions: further workers would stand idle" $most $partitions) -}}
{{- end -}}
{{- if gt (.Values.autoscaling.minReplicas | int) $most -}}
{{- fail (printf "autoscaling.minReplicas is %d, more than the %d workers there may be" (.Values.autoscaling.minReplicas | int) $most) -}}
{{- end -}}
{{- $most -}}
{{- end -}}

{{/* The user of a role, as values name it; else the worker's. Arguments: root, role. */}}
{{- define "sekisho.user" -}}
{{- $user := get .root.Values.kafka.users .role | default dict -}}
{{- if not (or $user.secret $user.certificate) -}}
{{- $user = .root.Values.kafka.users.worker -}}
{{- end -}}
{{- toJson $user -}}
{{- end -}}

{{- define "sekisho.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "sekisho.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* Variables of a container that talks to Kafka. Arguments: root, role. */}}
{{- define "sekisho.env" -}}
{{- $root := .root -}}
{{- $user := include "sekisho.user" . | fromJson -}}
{{- $protocol := $root.Values.kafka.securityProtocol -}}
{{- $oauth := eq $root.Values.kafka.saslMechanism "OAUTHBEARER" -}}
{{- if hasPrefix "SASL" $protocol }}
{{- if not $user.secret }}
{{- fail (printf "kafka.users.%s.secret is required with %s: a Secret with username and password" .role $protocol) }}
{{- end }}
- name: SEKISHO_KAFKA__{{ $oauth | ternary "SASL_OAUTHBEARER_CLIENT_ID" "SASL_USERNAME" }}
  valueFrom: {secretKeyRef: {name: {{ $user.secret }}, key: username}}
- name: SEKISHO_KAFKA__{{ $oauth | ternary "SASL_OAUTHBEARER_CLIENT_SECRET_FILE" "SASL_PASSWORD_FILE" }}
  value: /etc/sekisho/kafka/password
{{- end }}
{{- if hasSuffix "SSL" $protocol }}
{{- if $root.Values.kafka.ca.secret }}
- name: SEKISHO_KAFKA__SSL_CA_LOCATION
  value: /etc/sekisho/kafka-ca/ca.crt
{{- end }}
{{- if $user.certificate }}
- name: SEKISHO_KAFKA__SSL_CERTIFICATE_LOCATION
  value: /etc/sekisho/kafka-certificate/tls.crt
- name: SEKISHO_KAFKA__SSL_KEY_LOCATION
  value: /etc/sekisho/kafka-certificate/tls.key
{{- end }}
{{- end }}
{{- if and (eq .role "worker") $root.Values.worker.fingerprintKey.secret }}
- name: SEKISHO_WORKER__FINGERPRINT_KEY_FILE
  value: /etc/sekisho/fingerprints/key
{{- end }}
{{- with $root.Values.schemaRegistry }}
{{- if and .url .secret }}
{{- if eq .auth "token" }}
- name: SEKISHO_SCHEMA_REGISTRY__TOKEN_FILE
  value: /etc/sekisho/registry/token
{{- else }}
- name: SEKISHO_SCHEMA_REGISTRY__USERNAME
  valueFrom: {secretKeyRef: {name: {{ .secret }}, key: username}}
- name: SEKISHO_SCHEMA_REGISTRY__PASSWORD_FILE
  value: /etc/sekisho/registry/password
{{- end }}
{{- end }}
{{- if and .url .ca.secret }}
- name: SEKISHO_SCHEMA_REGISTRY__SSL_CA_LOCATION
  value: /etc/sekisho/registry-ca/ca.crt
{{- end }}
{{- end }}
{{- end -}}

{{/* Where they are mounted. Arguments: root, role. */}}
{{- define "sekisho.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- range include "sekisho.secretVolumes" . | fromJsonArray }}
- {name: {{ .name }}, mountPath: /etc/sekisho/{{ .name }}, readOnly: true}
{{- end }}
{{- end -}}

{{- define "sekisho.volumes" -}}
- {name: tmp, emptyDir: {sizeLimit: 256Mi}}
{{- range include "sekisho.secretVolumes" . | fromJsonArray }}
- name: {{ .name }}
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
    items: {{ toJson .items }}
{{- end }}
{{- end -}}

{{/* The Secrets that become files, as JSON: name, secret, items. */}}
{{- define "sekisho.secretVolumes" -}}
{{- $values := .root.Values -}}
{{- $user := include "sekisho.user" . | fromJson -}}
{{- $all := list -}}
{{- if hasPrefix "SASL" $values.kafka.securityProtocol -}}
{{- $all = append $all (dict "name" "kafka" "secret" $user.secret "items" (list (dict "key" "password" "path" "password"))) -}}
{{- end -}}
{{- if hasSuffix "SSL" $values.kafka.securityProtocol -}}
{{- with $values.kafka.ca -}}
{{- if .secret -}}
{{- $all = append $all (dict "name" "kafka-ca" "secret" .secret "items" (list (dict "key" .key "path" "ca.crt"))) -}}
{{- end -}}
{{- end -}}
{{- if $user.certificate -}}
{{- $items := list (dict "key" "tls.crt" "path" "tls.crt") (dict "key" "tls.key" "path" "tls.key") -}}
{{- $all = append $all (dict "name" "kafka-certificate" "secret" $user.certificate "items" $items) -}}
{{- end -}}
{{- end -}}
{{- with $values.worker.fingerprintKey -}}
{{- if and (eq $.role "worker") .secret -}}
{{- $all = append $all (dict "name" "fingerprints" "secret" .secret "items" (list (dict "key" .key "path" "key"))) -}}
{{- end -}}
{{- end -}}
{{- with $values.schemaRegistry -}}
{{- if and .url .secret -}}
{{- $key := eq .auth "token" | ternary "token" "password" -}}
{{- $all = append $all (dict "name" "registry" "secret" .secret "items" (list (dict "key" $key "path" $key))) -}}
{{- end -}}
{{- if and .url .ca.secret -}}
{{- $all = append $all (dict "name" "registry-ca" "secret" .ca.secret "items" (list (dict "key" .ca.key "path" "ca.crt"))) -}}
{{- end -}}
{{- end -}}
{{- toJson $all -}}
{{- end -}}
